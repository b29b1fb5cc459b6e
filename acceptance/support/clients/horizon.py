# SPDX-License-Identifier: Apache-2.0
"""Horizon as Debian packages it, with Masakari's dashboard, and somebody who looks at it with a browser."""
import os
import urllib.request

from rig import processes
from rig.packages import Packages
from rig.place import ADDRESS, PASSWORD

DASHBOARD = 'openstack-dashboard python3-masakari-dashboard uwsgi-core uwsgi-plugin-python3'
BROWSER = Packages('chromium chromium-driver python3-selenium fonts-dejavu-core')

PROCESS = 'dashboard'
# what is a site's own in Debian's local_settings.py, on top of all else that is there; no file, so that a tree stays as it is
APPLICATION = '''\
import os
os.environ['DJANGO_SETTINGS_MODULE'] = 'openstack_dashboard.settings'
from openstack_dashboard import settings
settings.OPENSTACK_KEYSTONE_URL = '{keystone}'
settings.ALLOWED_HOSTS = ['{address}']
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
'''
STATIC = '/var/lib/openstack-dashboard/static'
PAGE_SECONDS = 60


class Horizon:
    """root: the tree of another Debian, whose Horizon it is."""

    def __init__(self, place, root=None):
        self.place = place
        self.root = root
        self.url = place.url('dashboard')

    def __enter__(self):
        # one process, because its sessions are in memory
        processes.start(self.place, PROCESS, [
            *(['chroot', self.root] if self.root else []), '/usr/bin/uwsgi', '--plugin', 'python3', '--master', '--processes', '1',
            '--threads', '4', '--http-socket', '%s:%d' % (ADDRESS, self.place.port('dashboard')), '--eval', APPLICATION.format(
                keystone=self.place.keystone_url, address=ADDRESS), '--need-app', '--static-map', '/static=' + STATIC,
            '--buffer-size', '65535', '--die-on-term', '--no-orphans'])
        processes.until_true(self.place, 'Horizon to answer', self._answers, PROCESS)
        return self

    def _answers(self):
        try:
            return urllib.request.urlopen(self.url + '/auth/login/', timeout=60).status == 200
        except OSError:
            return False

    def __exit__(self, *_):
        processes.kill(self.place, PROCESS)


class Browser:
    """A headless Chromium. pictures: the directory for what it sees."""

    def __init__(self, horizon, pictures):
        # not with the others: without the packages of this scenario there is none
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
        self.url = horizon.url
        self.pictures = pictures
        os.makedirs(pictures, exist_ok=True)
        options = webdriver.ChromeOptions()
        # its sandbox does not work for root
        for option in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server',
                       '--window-size=1400,1000', '--user-data-dir=' + horizon.place.path('chromium')):
            options.add_argument(option)
        self.driver = webdriver.Chrome(service=Service('/usr/bin/chromedriver', env=processes.environment(
            {'HOME': horizon.place.directory})), options=options)
        self.driver.set_page_load_timeout(PAGE_SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, path):
        self.driver.get(self.url + path)
        self.expect_no_error()

    def sign_in(self):
        self.open('/auth/login/')
        self.fill(username='admin', password=PASSWORD)
        self.one('#loginBtn').click()
        self.until(lambda: '/auth/login' not in self.driver.current_url, 'to be signed in')

    # -- what is on the page --------------------------------------------------------------------------------------------

    @property
    def text(self):
        return self.driver.execute_script('return document.body ? document.body.innerText : ""')

    def all(self, selector):
        return self.driver.find_elements('css selector', selector)

    def one(self, selector):
        return self.until(lambda: (self.all(selector) or [None])[0], selector)

    def until(self, condition, what):
        from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
        from selenium.webdriver.support.wait import WebDriverWait
        try:    # what has gone with its page meanwhile is looked for again
            return WebDriverWait(self.driver, PAGE_SECONDS, ignored_exceptions=[StaleElementReferenceException]).until(
                lambda _: condition())
        except TimeoutException:
            self.keep('failed')
            raise AssertionError('the page %s never had %s; it says:\n%s' % (self.driver.current_url, what, self.text))

    def until_says(self, *words):
        for one in words:
            self.until(lambda: one in self.text, repr(one))

    def expect_no_error(self):
        wrong = [one.text for one in self.all('.alert-danger, .alert-warning') if one.text]
        if wrong:
            self.keep('failed')
        assert not wrong, 'the page %s complains: %s' % (self.driver.current_url, wrong)

    def rows(self):
        """Of the table on the page, as their texts."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll('table tbody tr')].filter(row => row.offsetParent).map(row => row.innerText)")

    # -- what is done ---------------------------------------------------------------------------------------------------

    def click(self, selector):
        """As soon as it can be clicked: dialogues come and go."""
        from selenium.common.exceptions import ElementClickInterceptedException, ElementNotInteractableException

        def clicked():
            try:
                shown = [one for one in self.all(selector) if one.is_displayed() and one.is_enabled()]
                if shown:
                    shown[0].click()
                return bool(shown)
            except (ElementClickInterceptedException, ElementNotInteractableException):
                return False
        self.until(clicked, selector)

    def dialogue(self, page, action):
        """Opens what a row of the page offers; that may be in a menu of the row, which is not opened for it."""
        self.open(page)
        self.choose('a.ajax-modal[href$="%s"]' % action)
        self.one('.modal.in form')

    def choose(self, selector):
        """Clicks what another thing is drawn over, or is in a menu."""
        self.driver.execute_script('arguments[0].click()', self.one(selector))

    def fill(self, **fields):
        from selenium.webdriver.support.select import Select
        for name, value in fields.items():
            field = self.until(lambda name=name: [one for one in self.all('[name="%s"]' % name) if one.is_displayed()], name)[0]
            if field.tag_name == 'select':
                Select(field).select_by_value(value)
            else:
                field.clear()
                field.send_keys(value)

    def submit(self):
        """The form that was filled, in a dialogue or on a page of its own."""
        self.click('.modal-footer [type=submit], .modal-footer .btn-primary, .panel-footer [type=submit]')

    def filter(self, table, field, text):
        """Has only those shown of which this field is so; Horizon remembers it for the next time."""
        self.driver.execute_script("""
            document.querySelector('[name="%(table)s__filter__q_field"]').value = arguments[0];
            document.querySelector('[name="%(table)s__filter__q"]').value = arguments[1];
        """ % {'table': table}, field, text)
        here = self.one('body')
        self.click('#%s__action_filter' % table)
        self.until(lambda: is_gone(here), 'been filtered')
        self.expect_no_error()

    def keep(self, name):
        """A picture of what is seen."""
        self.driver.save_screenshot(os.path.join(self.pictures, name + '.png'))


def is_gone(element):
    """With its page."""
    from selenium.common.exceptions import StaleElementReferenceException
    try:
        element.is_enabled()
        return False
    except StaleElementReferenceException:
        return True
