"""The door granian knocks at."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "accord.web.settings"
application = get_wsgi_application()
