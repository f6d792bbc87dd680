"""What a program written with `requests` does with the files API: python3 files_flows.py API FOLDER.

Prints one JSON object: what each flow saw. The test beside this file judges it.
"""
import glob
import json
import os
import sys
from pathlib import Path

import requests
from requests_toolbelt.multipart.encoder import MultipartEncoder, MultipartEncoderMonitor

API, FOLDER = sys.argv[1], sys.argv[2]
MEDIA = f"{API}/v1/media"
seen = {}


def note(name, response):
    history = [step.status_code for step in response.history]
    body = response.json() if "json" in response.headers.get("content-type", "") else None
    seen[name] = {"status": response.status_code, "history": history, "body": body, "headers": dict(response.headers)}
    return response


token = note("guest login", requests.post(f"{API}/llm/auth/guest-login")).json()["access_token"]
headers = {"Authorization": f"Bearer {token}"}


def post_file(name, path, **data):
    with open(path, "rb") as file:
        return note(name, requests.post(f"{MEDIA}/upload", files={"file": file}, headers=headers, **data))


document = post_file("single", f"{FOLDER}/document.txt").json()["data"]
said = {
    "filename": "vacation_photo.jpg",
    "description": "Summer vacation photo from 2025",
    "tags": ["vacation", "beach", "2025"],
    "visibility": "private",
}
photo = post_file("metadata", f"{FOLDER}/photos/one.jpg", data=said).json()["data"]
post_file("tags by commas", f"{FOLDER}/document.txt", data={"tags": "one, two,,"})
post_file("tags as JSON", f"{FOLDER}/document.txt", data={"tags": '["one", "two"]'})


def upload_large_file(filepath, headers):
    file_size = os.path.getsize(filepath)
    percents = []

    def progress_callback(monitor):
        percents.append(int((monitor.bytes_read / file_size) * 100))

    with open(filepath, "rb") as f:
        encoder = MultipartEncoder(fields={"file": (os.path.basename(filepath), f)})
        monitor = MultipartEncoderMonitor(encoder, callback=progress_callback)
        response = requests.post(
            f"{MEDIA}/upload", data=monitor, headers={**headers, "Content-Type": monitor.content_type}
        )
    seen["percents"] = percents
    return note("progress", response)


upload_large_file(f"{FOLDER}/pieces.txt", headers)

batch = []
for path in sorted(glob.glob(f"{FOLDER}/batch/*.txt")):
    with open(path, "rb") as file:
        answer = requests.post(
            f"{MEDIA}/upload", files={"file": (os.path.basename(path), file)}, headers=headers
        )
        if answer.status_code == 200:
            batch.append(answer.json()["data"])
seen["batch"] = batch

file = f"{MEDIA}/files/{document['id']}"
note("get", requests.get(file, headers=headers))
note("list", requests.get(f"{MEDIA}/files", params={"limit": 20, "offset": 0, "sort": "-created_at"}, headers=headers))
for sort in ["created_at", "filename", "-filename", "size", "-size"]:
    note(f"list by {sort}", requests.get(f"{MEDIA}/files", params={"sort": sort}, headers=headers))
note("second page", requests.get(f"{MEDIA}/files", params={"limit": 2, "offset": 2}, headers=headers))

download = note("download", requests.get(f"{file}/download", headers=headers, stream=True))
with open(f"{FOLDER}/downloaded", "wb") as target:
    for chunk in download.iter_content(chunk_size=8192):
        target.write(chunk)
stream = note("stream", requests.get(f"{file}/stream", headers=headers, stream=True))
seen["streamed"] = [len(chunk) for chunk in stream.iter_content(chunk_size=4) if chunk]
ranged = note("range", requests.get(f"{file}/stream", headers={**headers, "Range": "bytes=2-5"}))
seen["ranged"] = ranged.text
seen["authorization sent on"] = "Authorization" in ranged.request.headers

change = {"description": "Updated description", "tags": ["important", "2025"], "visibility": "shared"}
note("patch", requests.patch(f"{MEDIA}/files/{photo['id']}", json=change, headers=headers))
for size in ["small", "medium", "large"]:
    wanted = {"format": "thumbnail", "size": size}
    made = note(f"preview {size}", requests.post(f"{MEDIA}/files/{photo['id']}/preview", json=wanted, headers=headers))
    note(f"picture {size}", requests.get(made.json()["data"]["preview_url"]))
words = note("preview of text", requests.post(f"{file}/preview", json={"format": "thumbnail", "size": "small"}, headers=headers))
note("picture of text", requests.get(words.json()["data"]["preview_url"]))

wanted = {"language": "auto", "preserve_formatting": True}
note("extract text", requests.post(f"{file}/extract-text", json=wanted, headers=headers))
printed = post_file("print", f"{FOLDER}/print.png").json()["data"]
for _ in range(6):
    # A busy machine may take longer to recognize text than a call may wait, and says so.
    recognized = requests.post(f"{MEDIA}/files/{printed['id']}/extract-text", json=wanted, headers=headers)
    if recognized.status_code != 202:
        break
note("extract text of a picture", recognized)
note("extract text in a language", requests.post(f"{file}/extract-text", json={"language": "klingon"}, headers=headers))
wanted = {"analyses": ["file_type", "content_type", "metadata"]}
note("analyze", requests.post(f"{MEDIA}/files/{photo['id']}/analyze", json=wanted, headers=headers))
note("analyze a part", requests.post(f"{file}/analyze", json={"analyses": ["content_type"]}, headers=headers))
note("analyze the mood", requests.post(f"{file}/analyze", json={"analyses": ["mood"]}, headers=headers))

note("no file", requests.post(f"{MEDIA}/upload", data={"description": "x"}, files={"other": b"x"}, headers=headers))
note("empty file", requests.post(f"{MEDIA}/upload", files={"file": ("empty.txt", b"")}, headers=headers))
note("not what it says", requests.post(f"{MEDIA}/upload", files={"file": ("a.png", b"<html>", "image/png")}, headers=headers))
note("wrong visibility", requests.post(f"{MEDIA}/upload", files={"file": ("a.txt", b"a")}, data={"visibility": "secret"}, headers=headers))
note("unknown field", requests.post(f"{MEDIA}/upload", files={"file": ("a.txt", b"a")}, data={"owner": "me"}, headers=headers))
note("too large", requests.post(f"{MEDIA}/upload", files={"file": ("a.txt", b"a" * (21 * 1024 * 1024))}, headers=headers))
note("no token", requests.get(f"{MEDIA}/files"))
note("wrong token", requests.get(f"{MEDIA}/files", headers={"Authorization": "Bearer nonsense"}))
note("wrong sort", requests.get(f"{MEDIA}/files", params={"sort": "color"}, headers=headers))
note("wrong limit", requests.get(f"{MEDIA}/files", params={"limit": 0}, headers=headers))
note("missing", requests.get(f"{MEDIA}/files/file_abc123", headers=headers))


class PhotoGallery:
    def __init__(self, token):
        self.headers = {"Authorization": f"Bearer {token}"}

    def upload_photos(self, directory):
        results = []
        for each in sorted(Path(directory).glob("*.jpg")):
            with open(each, "rb") as opened:
                data = {"tags": ["photo", each.stem], "visibility": "private"}
                answer = requests.post(f"{MEDIA}/upload", files={"file": opened}, data=data, headers=self.headers)
                if answer.ok:
                    results.append(answer.json()["data"])
        return results

    def previews(self, ids):
        wanted = {"format": "thumbnail", "size": "medium"}
        answers = [requests.post(f"{MEDIA}/files/{id}/preview", json=wanted, headers=self.headers) for id in ids]
        return [answer.json()["data"] for answer in answers if answer.ok]


gallery = PhotoGallery(token)
seen["gallery"] = gallery.upload_photos(f"{FOLDER}/photos")
seen["gallery previews"] = gallery.previews([each["id"] for each in seen["gallery"]])

note("delete", requests.delete(file, headers=headers))
note("delete again", requests.delete(file, headers=headers))
other = requests.post(f"{API}/llm/auth/guest-login").json()["access_token"]
with open(f"{FOLDER}/document.txt", "rb") as opened:
    theirs = requests.post(f"{MEDIA}/upload", files={"file": opened}, headers={"Authorization": f"Bearer {other}"})
foreign = theirs.json()["data"]["id"]
ids = [each["id"] for each in batch] + [foreign, "file_old3", batch[0]["id"]]
note("bulk delete", requests.post(f"{MEDIA}/files/bulk-delete", json={"file_ids": ids}, headers=headers))
note("theirs", requests.get(f"{MEDIA}/files/{foreign}", headers={"Authorization": f"Bearer {other}"}))
note("theirs, asked by us", requests.get(f"{MEDIA}/files/{foreign}", headers=headers))
print(json.dumps(seen))
