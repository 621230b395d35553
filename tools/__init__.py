"""Commands for developers of this project. Commands for operators are in ``ops``."""
