# SPDX-License-Identifier: Apache-2.0
"""Everything that speaks to a Masakari, unmodified and as Debian packages it, with Migawari: all that is changed is the address in
Keystone's catalogue, and who calls brings a token."""
from rig import packages, processes
from rig.machine import Tree

from support import data_centre, masakari_monitors
from support.clients import commands, dashboard, horizon, monitors, moving, sdk
from support.clients.shell import Shell
from support.clients.site import Site
from support.data_centre import DataCentre

NAME = 'clients'
DOC = "Masakari's command line, openstacksdk, its monitors, its dashboard in a browser, and the way from a Masakari to us"
MINUTES = 22
STAGE = 'nodes'

CLIENTS = 'python3-openstackclient python3-masakariclient python3-openstacksdk'
# Debian 12 has clients of before there were moves; a tree of Debian 13 has newer ones.
NEWER = Tree('trixie-clients', (CLIENTS + ' ' + horizon.DASHBOARD).split(), 'trixie', 'python3')
NEEDS = [*data_centre.NEEDS, masakari_monitors.PACKAGES, packages.Packages('%s %s debootstrap' % (CLIENTS, horizon.DASHBOARD)),
         horizon.BROWSER, NEWER]


def run(stage):
    centre = DataCentre(stage)
    for name in (horizon.PROCESS, 'keystone', 'masakari'):
        stage.evidence(name + '.log', lambda name=name: processes.tail(centre.control, name, 400))
    try:
        centre.up()
        stage.before_each_case(centre.clean)
        for name, play in CASES.items():
            stage.case(name, lambda case, play=play: play(Site(centre.enter(case))))
    finally:
        if not stage.keep:
            centre.down()


# -- cases ------------------------------------------------------------------------------------------------------------------


def openstack_client(site):
    """Every command of python-masakariclient with every option, and what it says when it is refused."""
    commands.play(site, Shell(site.place.credentials()))


def openstacksdk(site):
    """Each call of `conn.instance_ha`, with filters and pages."""
    sdk.play(site)


def import_masakari(site):
    """What its client has put into a real Masakari is taken over, by its database and by its API."""
    moving.play(site)


def its_monitors(site):
    """Its host, instance and process monitors see a host, a guest and a process die."""
    monitors.play(site)


def its_dashboard(site):
    """Each page is opened, a segment is made, changed and deleted, a recovery is looked at."""
    dashboard.play(site)


def openstack_client_of_debian_13(site):
    """The same with newer ones, which have commands for moves."""
    commands.play(site, Shell(site.place.credentials(), NEWER.path))


def openstacksdk_of_debian_13(site):
    """The same with a newer one, which knows moves."""
    sdk.play(site, NEWER.path)


def its_dashboard_of_debian_13(site):
    """The same with a newer one, which shows moves."""
    dashboard.play(site, NEWER.path, 'dashboard-of-debian-13')


CASES = {
    'openstack-client': openstack_client,
    'openstacksdk': openstacksdk,
    'import-masakari': import_masakari,
    'masakari-monitors': its_monitors,
    'dashboard': its_dashboard,
    'openstack-client-of-debian-13': openstack_client_of_debian_13,
    'openstacksdk-of-debian-13': openstacksdk_of_debian_13,
    'dashboard-of-debian-13': its_dashboard_of_debian_13,
}
