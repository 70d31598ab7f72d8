"""One TLS connection to the endpoint, for tests: tls_probe.py PORT

Prints the subject of the server's certificate, which is not checked; then for
each line of standard input asks for GET / and prints the status line.
"""
import socket
import ssl
import sys
import tempfile


def subject(der):
    """The common name in a certificate that nobody vouches for."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(ssl.DER_cert_to_PEM_cert(der))
        file.flush()
        decoded = ssl._ssl._test_decode_cert(file.name)
    return dict(part[0] for part in decoded["subject"])["commonName"]


def main():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20) as plain, context.wrap_socket(plain) as tls:
        print(subject(tls.getpeercert(binary_form=True)), flush=True)
        answers = tls.makefile("rb")
        for _ in sys.stdin:
            tls.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            print(answers.readline().decode().strip(), flush=True)
            length = 0
            while line := answers.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            answers.read(length)


main()
