"""Uploads a file and prints its record. Needs `requests`.

    MEDIASHELF_URL=http://127.0.0.1:3000 MEDIASHELF_KEY=sk_live_... python3 upload.py photo.jpg image/jpeg
"""
import json
import os
import sys
import time

import requests

URL = os.environ["MEDIASHELF_URL"].rstrip("/")
api = requests.Session()
api.headers["authorization"] = "Bearer " + os.environ["MEDIASHELF_KEY"]


def call(method, path, **options):
    answer = api.request(method, URL + path, timeout=30, **options)
    answer.raise_for_status()
    return answer.json()["data"]


path, mime_type = sys.argv[1:]
begun = call(
    "POST",
    "/api/v1/uploads",
    json={"filename": os.path.basename(path), "mimeType": mime_type, "fileSize": os.path.getsize(path)},
)
request = begun["request"]
with open(path, "rb") as file:
    # Without the key: the address is signed, and the storage takes no other credential.
    requests.request(request["method"], request["url"], headers=request["headers"], data=file, timeout=300).raise_for_status()

for _ in range(120):
    upload = call("GET", "/api/v1/uploads/" + begun["id"])
    if upload["status"] not in ("pending", "processing"):
        break
    time.sleep(0.5)
if upload["status"] != "active":
    sys.exit(f"{upload['status']}: {upload.get('message')}")
media = call("GET", "/api/v1/media/" + upload["mediaId"])
print(json.dumps({key: media[key] for key in ("id", "url", "width", "height")}))
