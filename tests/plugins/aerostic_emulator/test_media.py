"""Media: upload, description, download, deletion, and resumable uploads."""

import hashlib

import aiohttp
from aerostic_emulator import seed

from tests.plugins.aerostic_emulator.lab import Lab, in_lab

AUTH = {"Authorization": f"Bearer {seed.TOKEN}"}
PICTURE = b"\xff\xd8 a picture"


async def upload(lab: Lab, content: bytes = PICTURE, mime: str = "image/jpeg") -> tuple[int, dict]:
    form = aiohttp.FormData({"messaging_product": "whatsapp", "type": mime})
    form.add_field("file", content, filename="a", content_type=mime)
    async with lab.session.post(f"{lab.url}/v24.0/{seed.PHONE_ID}/media", data=form, headers=AUTH) as answer:
        return answer.status, await answer.json()


def test_an_uploaded_file_is_described_downloaded_with_the_token_and_deleted() -> None:
    async def check(lab: Lab) -> None:
        _, uploaded = await upload(lab)
        node = f"/v24.0/{uploaded['id']}"
        _, media = await lab.call("GET", f"{node}?phone_number_id={seed.PHONE_ID}")
        async with lab.session.get(media["url"], headers=AUTH) as answer:
            content = await answer.read()
        async with lab.session.get(media["url"]) as answer:
            without_token = answer.status
        deleted = await lab.call("DELETE", node)
        gone, _ = await lab.call("GET", node)
        digest = hashlib.sha256(PICTURE).hexdigest()
        assert (media["mime_type"], media["file_size"], media["sha256"]) == ("image/jpeg", len(PICTURE), digest)
        assert (content, without_token, deleted, gone) == (PICTURE, 401, (200, {"success": True}), 400)

    in_lab(check)


def test_a_media_url_dies_after_five_minutes() -> None:
    async def check(lab: Lab) -> None:
        _, uploaded = await upload(lab)
        _, media = await lab.call("GET", f"/{uploaded['id']}")
        await lab.control("POST", "clock", {"offset_s": 301})
        async with lab.session.get(media["url"], headers=AUTH) as answer:
            assert answer.status == 404

    in_lab(check)


def test_types_and_sizes_that_whatsapp_does_not_take_are_refused() -> None:
    async def check(lab: Lab) -> None:
        wrong_type = await upload(lab, b"x", "application/x-thing")
        too_large = await upload(lab, b"x" * (500 * 1024 + 1), "image/webp")
        assert [answer["error"]["code"] for _, answer in (wrong_type, too_large)] == [100, 100]

    in_lab(check)


def test_a_picture_sent_as_a_video_fails_later() -> None:
    async def check(lab: Lab) -> None:
        _, uploaded = await upload(lab)
        await lab.send({"type": "image", "image": uploaded})
        await lab.send({"type": "video", "video": uploaded})
        await lab.settle()
        last = (await lab.control("GET", "record/messages"))["data"]
        assert [message["status"] for message in last] == ["read", "failed:131053"]

    in_lab(check)


def test_a_received_picture_can_be_downloaded() -> None:
    async def check(lab: Lab) -> None:
        wish = {"phone_number_id": seed.PHONE_ID, "from": "+4915112345678", "type": "image",
                "image": {"data_base64": "aGVsbG8=", "caption": "Look"}}  # fmt: skip
        await lab.control("POST", "inbound", wish)
        await lab.settle()
        image = lab.callback.messages()[0]["image"]
        _, media = await lab.call("GET", f"/{image['id']}")
        async with lab.session.get(media["url"], headers=AUTH) as answer:
            assert (await answer.read(), image["caption"], "data_base64" in image) == (b"hello", "Look", False)

    in_lab(check)


def test_a_resumable_upload_ends_in_a_handle() -> None:
    async def check(lab: Lab) -> None:
        query = "file_name=a.jpg&file_length=5&file_type=image/jpeg"
        _, session = await lab.call("POST", f"/v24.0/{seed.APP_ID}/uploads?{query}")
        headers = {"Authorization": f"OAuth {seed.TOKEN}", "file_offset": "0"}
        async with lab.session.post(f"{lab.url}/v24.0/{session['id']}", data=b"hello", headers=headers) as answer:
            assert (await answer.json())["h"].startswith("4::") is True

    in_lab(check)
