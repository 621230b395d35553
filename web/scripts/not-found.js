// A page without a script of its own: people can change its language.

import "./page";
