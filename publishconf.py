"""The settings of the published archive: those of pelicanconf.py, and the address where it stands."""

import os
import sys

from dateline.errors import SiteError

sys.path.append(os.curdir)
from pelicanconf import *

# A build for the web needs its address in feeds, sitemap and canonical links; one for the disk does not.
SITEURL = os.environ.get("SITEURL", "").rstrip("/")
if not SITEURL:
    raise SiteError("SITEURL is not set: say where the archive will stand, e.g. SITEURL=https://news.example")
