# SPDX-License-Identifier: Apache-2.0
"""Masakari's dashboard in Horizon: each of its pages, looked at and used by somebody with a browser."""
import os

from rig.waiting import until

from .horizon import Browser, Horizon

PANELS = '/masakaridashboard/'
SEGMENTS = PANELS + 'segments/'
HOSTS = PANELS + 'hosts/'
NOTIFICATIONS = PANELS + 'notifications/'
MOVES = PANELS + 'vmoves/'


def play(site, root=None, pictures='dashboard'):
    """root: the tree of another Debian, whose dashboard it is. pictures: the directory of the results that they go to."""
    site.moved_to_migawari()
    with Horizon(site.place, root) as horizon, Browser(horizon, os.path.join(site.results, pictures)) as browser:
        browser.sign_in()
        rack = segments(site, browser)
        hosts(site, browser, rack)
        died, guests = recovery(site)
        notifications(site, browser, died)
        if 'VMoves' in browser.text:
            moves(browser, died, guests)
        else:
            site.say('this dashboard has no pages for moves')
        deletions(site, browser)
        site.say('pictures: %s' % browser.pictures)


def by_name(site, path, kind):
    return {one['name']: one for one in site.controller.call('GET', path)[kind]}


def expect_rows(browser, *words):
    """One row for each of these texts, which it has, in this order."""
    rows = browser.rows()
    assert len(rows) == len(words) and all(word in row for word, row in zip(words, rows)), '%s has the rows %s' % (
        browser.driver.current_url, rows)


def segments(site, browser):
    """-> the id of the one that is made and kept"""
    browser.open(SEGMENTS)
    for name, method in (('rack', 'reserved_host'), ('passing', 'auto')):
        browser.click('#failover_segment__action_create')
        browser.fill(name=name, recovery_method=method, description='by the window')
        browser.keep('create-segment')
        browser.submit()
        browser.until_says('Successfully created segment', name)
    browser.open(SEGMENTS)
    expect_rows(browser, 'passing', 'rack')
    browser.keep('segments')
    made = by_name(site, '/v1/segments', 'segments')['rack']
    assert (made['recovery_method'], made['service_type'], made['description'], made['enabled']) == (
        'reserved_host', 'compute', 'by the window', True), made
    browser.click('#failover_segment__action_create')
    browser.fill(name='rack')
    browser.submit()
    browser.until_says('Segment with name "rack" already exists')

    browser.dialogue(SEGMENTS, made['uuid'] + '/update')
    browser.fill(description='by the door')
    browser.keep('update-segment')
    browser.submit()
    browser.until_says('Successfully updated segment', 'by the door')
    browser.dialogue(SEGMENTS, by_name(site, '/v1/segments', 'segments')['passing']['uuid'] + '/update')
    browser.click('.modal.in label[for=id_is_enabled], .modal.in [name=is_enabled]')
    browser.submit()
    browser.until_says('Successfully updated segment')
    for field, text, found in (('recovery_method', 'reserved_host', ['rack']), ('service_type', 'compute', ['passing', 'rack']),
                               ('is_enabled', 'No', ['passing']), ('is_enabled', 'Yes', ['rack'])):
        browser.open(SEGMENTS)
        browser.filter('failover_segment', field, text)
        expect_rows(browser, *found)
    browser.open(SEGMENTS)
    browser.filter('failover_segment', 'recovery_method', '')
    browser.open('%s%s/detail' % (SEGMENTS, made['uuid']))
    browser.until_says('by the door', 'reserved_host')
    browser.keep('segment')
    return made['uuid']


def hosts(site, browser, rack):
    failed, other, spare = site.hosts
    for name in site.hosts:
        browser.dialogue(SEGMENTS, rack + '/addhost')
        browser.fill(name=name, reserved=str(name == spare), type='COMPUTE', control_attributes='SSH')
        browser.keep('add-host')
        browser.submit()
        browser.until_says('Host created successfully')
    browser.open(HOSTS)
    expect_rows(browser, spare, other, failed)
    browser.keep('hosts')
    known = by_name(site, '/v1/segments/%s/hosts' % rack, 'hosts')
    assert {name: (host['reserved'], host['on_maintenance'], host['control_attributes']) for name, host in known.items()} == {
        name: (name == spare, False, 'SSH') for name in site.hosts}, known
    one = '%s,%s/' % (known[other]['uuid'], rack)
    browser.dialogue(HOSTS, one + 'update')
    browser.fill(on_maintenance='True')
    browser.keep('update-host')
    browser.submit()
    browser.until_says('Successfully updated host')
    for field, text, found in (('on_maintenance', 'True', [other]), ('reserved', 'False', [other, failed]),
                               ('failover_segment_id', rack, [spare, other, failed])):
        browser.open(HOSTS)
        browser.filter('host', field, text)
        expect_rows(browser, *found)
    browser.filter('host', 'type', '')
    browser.dialogue(HOSTS, one + 'update')
    browser.fill(on_maintenance='False')
    browser.submit()
    browser.until_says('Successfully updated host')
    browser.open(HOSTS + one + 'detail')
    browser.until_says(known[other]['uuid'])
    browser.keep('host')
    browser.open('%s%s/detail?tab=segment_details__host_tab' % (SEGMENTS, rack))
    browser.until_says(*site.hosts)
    browser.keep('hosts-of-segment')


def recovery(site):
    """-> the id of the notification, and those of the guests"""
    failed, _, spare = site.hosts
    site.cloud.change_service(spare, status='disabled')
    guests = site.host_dies()
    died = site.controller.report(failed)
    until('the recovery to end', lambda: site.controller.notification(died)['status'] == 'finished', 180, every=1)
    return died, guests


def notifications(site, browser, died):
    browser.open(NOTIFICATIONS)
    expect_rows(browser, died)
    browser.keep('notifications')
    for field, text, found in (('type', 'VM', []), ('type', 'COMPUTE_HOST', [died]), ('status', 'finished', [died])):
        browser.open(NOTIFICATIONS)
        browser.filter('notifications', field, text)
        if found:
            expect_rows(browser, *found)
        else:
            assert died not in browser.text, browser.text
    browser.filter('notifications', 'status', '')
    browser.open('%s%s/detail' % (NOTIFICATIONS, died))
    browser.until_says(died, 'finished', 'STOPPED')
    browser.keep('notification')
    browser.open('%s%s/detail?tab=notification_details__notification_progress_details' % (NOTIFICATIONS, died))
    browser.until_says('DisableComputeServiceTask', 'EvacuateInstancesTask')
    story = [step for step in browser.rows() if 'EvacuateInstancesTask' in step]
    assert story, browser.rows()
    browser.keep('notification-progress')
    site.say('the dashboard tells the recovery in %d lines' % len(browser.rows()))


def moves(browser, died, guests):
    browser.open('%s%s/detail?tab=notification_details__vmove_tab' % (NOTIFICATIONS, died))
    browser.until_says(*guests)
    browser.keep('notification-moves')
    browser.open(MOVES)
    rows = browser.rows()
    assert len(rows) == len(guests) and all('evacuation' in row and 'succeeded' in row for row in rows), rows
    browser.keep('moves')
    browser.one('table tbody a').click()
    browser.until_says('evacuation', 'succeeded')
    browser.keep('move')


def deletions(site, browser):
    browser.open(SEGMENTS)
    browser.until_says('passing')
    passing = by_name(site, '/v1/segments', 'segments')['passing']['uuid']
    browser.choose('input[type=checkbox][value="%s"]' % passing)
    browser.click('#failover_segment__action_delete')
    browser.keep('delete-segment')
    browser.click('.modal.in .btn-danger, .modal.in .btn-primary')
    browser.until_says('Deleted Segment')
    assert list(by_name(site, '/v1/segments', 'segments')) == ['rack']
