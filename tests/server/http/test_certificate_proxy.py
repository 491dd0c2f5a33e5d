"""J3: client certificates through a real nginx, set up as operating.md has it."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from ssl import CERT_NONE, PROTOCOL_TLS_CLIENT, SSLContext

import httpx
import pytest

from loaders.actor import Actor
from models import ClientCertificate, DatabaseRole, Role
from resolvers.kernel.public_access import transaction_as
from server.runtime.serving import reserve_port
from tests.factories.client_certificate import PROXY_SECRET, MadeCertificate, make_certificate
from tests.factories.database import Database
from tests.factories.world import World, a_world
from tests.server.serving import SECONDS, serving

NGINX = shutil.which("nginx")
PROXIED = {
    *("= /graphql", "/files/", "= /oauth/token", "= /schema.graphql", "~ ^/(graphql/|public)")
}
GRANT = {"grant_type": "client_credentials"}
PAGE = Path(__file__).parents[3] / "docs" / "operating.md"
CONFIGURATION = """
daemon off; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy;
  fastcgi_temp_path {home}/fastcgi; uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  {map}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {home}/server.pem; ssl_certificate_key {home}/server.key;
    ssl_client_certificate {home}/clients.pem; ssl_verify_client optional;
    location / {{
      proxy_pass http://127.0.0.1:{behind};
      {headers}
    }}
    location /unset/ {{ proxy_pass http://127.0.0.1:{behind}/; }}
  }}
}}
"""


def read_page() -> tuple[str, str]:
    """Read from the page what nginx is told of certificates."""
    page = PAGE.read_text("utf-8")
    headers = re.findall(r"^ *(proxy_set_header (?:Client-Cert|Jiuye-Proxy) [^;]*;)", page, re.M)
    (mapping,) = re.findall(r"^map \$ssl_client_verify .*$", page, re.M)
    assert len(headers) == 2
    return mapping, "\n".join(headers).replace('"…"', f'"{PROXY_SECRET}"')


def write_files(home: Path, known: MadeCertificate, port: int, behind: int) -> Path:
    server = make_certificate("localhost")
    (home / "server.pem").write_bytes(server.pem)
    (home / "server.key").write_bytes(server.key)
    (home / "clients.pem").write_bytes(known.pem)
    mapping, headers = read_page()
    file = home / "nginx.conf"
    told = {"home": home, "port": port, "behind": behind, "map": mapping, "headers": headers}
    file.write_text(CONFIGURATION.format(**told), "utf-8")
    return file


@asynccontextmanager
async def running_nginx(home: Path, known: MadeCertificate, behind: int) -> AsyncIterator[str]:
    assert NGINX is not None
    with reserve_port() as port:
        file = write_files(home, known, port, behind)
        process = await asyncio.create_subprocess_exec(NGINX, "-c", str(file), "-e", "stderr")
        try:
            async with asyncio.timeout(SECONDS):
                while not await is_listening(port):
                    assert process.returncode is None
            yield f"https://127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()


async def is_listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


def build_tls(home: Path, made: MadeCertificate | None) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = CERT_NONE
    if made is not None:
        (home / "client.pem").write_bytes(made.pem + made.key)
        context.load_cert_chain(home / "client.pem")
    return context


async def ask(url: str, tls: SSLContext, headers: dict[str, str] | None = None) -> httpx.Response:
    async with httpx.AsyncClient(verify=tls, timeout=SECONDS) as client:
        return await client.post(url, data=GRANT, headers=headers)


async def add_program(world: World, made: MadeCertificate) -> None:
    supplier = await world.add_account("supplier", Role.DATA_SUPPLIER)
    row = ClientCertificate(
        account_id=supplier.id,
        fingerprint=sha256(made.der).digest(),
        name="社保系统",
        functions=["LOAD_FACTS"],
        added_at=world.clock.now,
        valid_to=made_until().date(),
    )
    own = Actor(account=supplier.id)
    async with transaction_as(world.service, own, DatabaseRole.SIGN_IN) as session:
        session.add(row)


def made_until() -> datetime:
    return datetime(2039, 1, 1, tzinfo=UTC)


def test_each_location_of_the_page_tells_the_address_that_nginx_sees() -> None:
    (_, section) = PAGE.read_text("utf-8").split("## Reverse proxy and TLS")
    locations = re.findall(r"^  location ([^{]+) {(.*?)^  }", section, re.M | re.S)
    told = {
        where.strip(): "proxy_set_header X-Forwarded-For $remote_addr;" in directives
        for where, directives in locations
        if "proxy_pass" in directives
    }
    assert told == dict.fromkeys(PROXIED, True)


@pytest.mark.slow
@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
async def test_j3_nginx_hands_on_who_has_the_key_and_nobody_who_says_so(
    database: Database, tmp_path: Path
) -> None:
    made, stranger = make_certificate("supplier"), make_certificate("somebody")
    async with a_world(database) as world:
        await add_program(world, made)
    told = {"CERTIFICATE_HEADER": "Client-Cert", "CERTIFICATE_PROXY_SECRET": PROXY_SECRET}
    home = tmp_path / "nginx"
    home.mkdir()
    async with (
        serving(database, tmp_path, **told) as served,
        running_nginx(home, made, served.port) as proxy,
    ):
        url, bare = f"{proxy}/oauth/token", build_tls(home, None)
        known = await ask(url, build_tls(home, made))
        assert (known.status_code, known.json()["scope"]) == (200, "LOAD_FACTS")
        claims = {"client-cert": made.escaped}
        assert (await ask(url, bare, claims)).status_code == 401  # nginx replaces it
        assert (await ask(url, build_tls(home, stranger))).status_code == 400  # nginx's own
        unset = await ask(f"{proxy}/unset/oauth/token", bare, claims)
        assert unset.status_code == 403
        direct = await served.client.post("/oauth/token", data=GRANT, headers=claims)
        assert direct.status_code == 403
    assert PROXY_SECRET not in served.log
