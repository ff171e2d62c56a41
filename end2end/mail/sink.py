"""A real SMTP server for the tests: takes letters and keeps each as one file of JSON.

    sink.py certificates FOLDER     writes ca.pem, server.pem, server.key for 127.0.0.1
    sink.py serve PORT FOLDER NAME PASSWORD
                                    takes letters on 127.0.0.1, after STARTTLS with the certificate
                                    in FOLDER and after signing in; each goes to FOLDER/letters

An address whose first part is `nobody` is refused as unknown.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys
import uuid

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def certificates(folder):
    os.makedirs(folder, exist_ok=True)
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(os.path.join(folder, "ca.pem"))
    server.private_key_pem.write_to_path(os.path.join(folder, "server.key"))
    with open(os.path.join(folder, "server.pem"), "wb") as file:
        for part in server.cert_chain_pems:
            file.write(part.bytes())


class Sink:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return f"550 5.1.1 <{address}> is not known here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        html = letter.get_body(preferencelist=("html",))
        kept = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None,
            "signed_in": session.authenticated,
            "hello": session.host_name,
            "headers": [[name, str(value)] for name, value in letter.items()],
            "text": letter.get_body(preferencelist=("plain",)).get_content(),
            "html": html.get_content() if html else "",
            "raw": envelope.content.decode("ascii", "replace"),
        }
        # Whole or not at all, for whoever looks at the folder meanwhile.
        name = os.path.join(self.folder, uuid.uuid4().hex)
        with open(name + ".part", "w", encoding="utf-8") as file:
            json.dump(kept, file)
        os.rename(name + ".part", name + ".json")
        return "250 taken"


async def serve(port, folder, name, password):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(os.path.join(folder, "server.pem"), os.path.join(folder, "server.key"))
    sink = Sink(os.path.join(folder, "letters"))

    def known(server, session, envelope, mechanism, data):
        right = (
            isinstance(data, LoginPassword)
            and data.login == name.encode()
            and data.password == password.encode()
        )
        return AuthResult(success=right, handled=right)

    def session():
        return SMTP(
            sink,
            hostname="sink.test",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            auth_require_tls=True,
            authenticator=known,
        )

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "certificates":
        certificates(sys.argv[2])
    else:
        asyncio.run(serve(int(sys.argv[2]), *sys.argv[3:6]))
