"""Pages and emails: templates, scripts, style sheets, and icons, and the code that builds them.

The deployment package contains what this package builds (:mod:`web.build`), and not this package.
It may import everything in ``chalicelib``, Jinja2, and other packages for developers.
"""
