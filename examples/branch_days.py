#!/usr/bin/env python3
"""Keeps a table of registrations and visits per branch and day from the event feed, and draws it.

    python3 examples/branch_days.py                        # reads on from where it stopped, prints the latest days
    python3 examples/branch_days.py --follow               # stays and waits for more
    python3 examples/branch_days.py --svg branch-days.svg --days 60

Needs Python 3.9 or newer and nothing else. What was read is in an SQLite file (--db). A page of events and the cursor behind
it are stored in one transaction: however often this is stopped or killed, each event counts once.
"""
import argparse
import base64
import http.client
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, timedelta
from html import escape

TABLES = """
create table if not exists place (next_page text not null);
create table if not exists registration (subject text primary key, branch text, day text not null);
create table if not exists visit (visit_id text primary key, subject text not null, branch text not null, day text not null,
                                  type text not null, cancelled integer not null);
create index if not exists visit_subject on visit (subject);
create view if not exists branch_day as
  select branch, day, sum(registrations) as registrations, sum(visits) as visits from (
    select branch, day, 1 as registrations, 0 as visits from registration
    union all
    select branch, day, 0, 1 from visit where not cancelled)
  group by branch, day;
"""

TIMEOUT = 60  # seconds; a page that is waited for comes after 30


class Feed:
    def __init__(self, url, client, secret):
        self.url, self.client, self.secret, self.token = url, client, secret, None

    def page(self, path):
        """The events of a page, and the path of the next."""
        for again in (True, False):
            if self.token is None:
                self.token = self.new_token()
            request = urllib.request.Request(self.url + path, headers={"Authorization": "Bearer " + self.token})
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                    link = answer.headers["Link"]
                    following = urllib.parse.urljoin(path, link[link.index("<") + 1:link.index(">")])
                    return json.load(answer), following
            except urllib.error.HTTPError as error:
                if error.code == 401 and again:
                    self.token = None
                elif error.code in (429, 503) and again:
                    time.sleep(int(error.headers.get("Retry-After", "5")))
                else:
                    raise
        raise AssertionError("unreachable")

    def new_token(self):
        login = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        request = urllib.request.Request(
            self.url + "/oauth2/token", b"grant_type=client_credentials", {"Authorization": "Basic " + login})
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return json.load(answer)["access_token"]


def store(db, event):
    subject, data = event["subject"], event.get("data", {})
    if event["type"] == "patient.erased":
        db.execute("delete from registration where subject = ?", (subject,))
        db.execute("delete from visit where subject = ?", (subject,))
    elif event["type"] == "patient.registered" and data:
        db.execute("insert or replace into registration values (?, ?, ?)",
                   (subject, data["branch_id"], event["time"][:10]))
    elif "visit" in data:
        visit = data["visit"]
        db.execute("insert or replace into visit values (?, ?, ?, ?, ?, ?)",
                   (visit["visit_id"], subject, visit["branch_id"], (visit.get("date") or visit["admitted_at"])[:10],
                    visit["type"], visit["status"] == "cancelled"))


def read(feed, db, follow):
    known = db.execute("select next_page from place").fetchone()
    path = known[0] if known else "/api/v1/events?limit=1000"
    count = 0
    while True:
        try:
            events, following = feed.page(path + "&wait=30" if follow else path)
        except (OSError, http.client.HTTPException) as error:
            if not follow or getattr(error, "code", 503) not in (429, 500, 502, 503, 504):
                raise
            print(f"\nThe feed is away: {error}", file=sys.stderr)
            time.sleep(5)
            continue
        following = following.replace("&wait=30", "")
        with db:
            for event in events:
                store(db, event)
            db.execute("delete from place")
            db.execute("insert into place values (?)", (following,))
        count += len(events)
        if following == path and not follow:
            return count
        if events:
            print(f"\r{count} events", end="", file=sys.stderr)
        path = following


def days(db, last, many):
    """Branch by branch, the registrations and visits of each of the last days."""
    first = last - timedelta(days=many - 1)
    table = {}
    for branch, day, registrations, visits in db.execute(
            "select branch, day, registrations, visits from branch_day where day between ? and ? order by branch",
            (first.isoformat(), last.isoformat())):
        table.setdefault(branch, {})[day] = (registrations, visits)
    axis = [(first + timedelta(days=n)).isoformat() for n in range(many)]
    return axis, table


def svg(axis, table):
    """One band per branch: visits as bars, registrations as dots above them, on one scale each."""
    left, band, gap, width = 60, 90, 26, 760
    step = (width - left - 20) / len(axis)
    most_visits = max([1] + [v for days in table.values() for _, v in days.values()])
    most_registrations = max([1] + [r for days in table.values() for r, _ in days.values()])
    height = 50 + len(table) * (band + gap) + 30
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
           f'font-size="11" fill="#333"><rect width="{width}" height="{height}" fill="#fff"/>',
           f'<text x="{left}" y="20" font-size="14">Visits and registrations per branch and day</text>',
           f'<rect x="{left}" y="29" width="9" height="9" fill="#4878a8"/>'
           f'<text x="{left + 14}" y="37">visits (band height = {most_visits})</text>',
           f'<circle cx="{left + 165}" cy="34" r="3.5" fill="#c44e2f"/>'
           f'<text x="{left + 174}" y="37">registrations (band height = {most_registrations})</text>']
    for row, (branch, counts) in enumerate(sorted(table.items())):
        foot = 50 + (row + 1) * (band + gap) - gap
        out.append(f'<text x="8" y="{foot - band / 2 + 4}" font-size="13">{escape(branch)}</text>'
                   f'<line x1="{left}" x2="{width - 20}" y1="{foot}" y2="{foot}" stroke="#999"/>')
        for column, day in enumerate(axis):
            registrations, visits = counts.get(day, (0, 0))
            x = left + column * step
            if visits:
                tall = visits / most_visits * band
                out.append(f'<rect x="{x + step * .1:.1f}" y="{foot - tall:.1f}" width="{step * .8:.1f}" '
                           f'height="{tall:.1f}" fill="#4878a8"><title>{day}: {visits} visits</title></rect>')
            if registrations:
                y = foot - registrations / most_registrations * band
                out.append(f'<circle cx="{x + step / 2:.1f}" cy="{y:.1f}" r="3.5" fill="#c44e2f">'
                           f'<title>{day}: {registrations} registrations</title></circle>')
    labels = max(1, len(axis) // 6)
    for column, day in enumerate(axis):
        if column % labels == 0:
            out.append(f'<text x="{left + (column + .5) * step:.1f}" y="{height - 18}" text-anchor="middle">{day}</text>')
    return "\n".join(out) + "\n</svg>\n"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url", default=os.environ.get("PATIENTS_API", "http://localhost:8080"))
    options.add_argument("--client", default=os.environ.get("PATIENTS_CLIENT", "analytics"))
    options.add_argument("--secret", default=os.environ.get("PATIENTS_SECRET", "analytics-secret"))
    options.add_argument("--db", default="branch-days.sqlite")
    options.add_argument("--days", type=int, default=14)
    options.add_argument("--until", type=date.fromisoformat, help="the last day shown, the latest there is by default")
    options.add_argument("--svg", help="where to draw the same days")
    options.add_argument("--follow", action="store_true")
    given = options.parse_args()
    db = sqlite3.connect(given.db)
    db.executescript(TABLES)
    try:
        count = read(Feed(given.url.rstrip("/"), given.client, given.secret), db, given.follow)
    except KeyboardInterrupt:
        return
    newest = db.execute("select max(day) from branch_day").fetchone()[0]
    last = given.until or date.fromisoformat(newest or date.today().isoformat())
    axis, table = days(db, last, given.days)
    print(f"\r{count} new events")
    print(f"{'branch':8} {'day':10} {'registrations':>13} {'visits':>6}")
    for branch, counts in sorted(table.items()):
        for day in axis:
            if day in counts:
                print(f"{branch:8} {day:10} {counts[day][0]:13} {counts[day][1]:6}")
    if given.svg:
        with open(given.svg, "w", encoding="utf-8") as file:
            file.write(svg(axis, table))


if __name__ == "__main__":
    main()
