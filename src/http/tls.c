/*-------------------------------------------------------------------------
 *
 * tls.c
 *	  TLS of the endpoint's connections, by OpenSSL.
 *
 * OpenSSL allocates by malloc and is never left by a longjmp: its callbacks
 * raise nothing, and errors are reported after it has returned.  What it
 * holds for a connection goes with the connection; between requests it holds
 * no buffers.
 *
 * Sessions are not resumed.  A client's next connection is likely to be
 * another worker's, which would not know them, and clients of this protocol
 * keep their connections.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "http/metrics.h"
#include "http/settings.h"
#include "http/tls.h"

/*
 * Is a key's file kept from others, as the server wants it of its own key?
 * Of libpq/libpq.h, which wants the headers of GSSAPI.  FATAL or LOG where it
 * is not.
 */
extern bool check_ssl_key_file_permissions(const char *ssl_key_file, bool isServerStart);

struct DynTls
{
	SSL		   *ssl;
	bool		broken;			/* OpenSSL must not be asked to say farewell */
};

/* What new connections begin with; NULL where they are to be plain. */
static SSL_CTX *context = NULL;

static SSL_CTX *make_context(int elevel);
static bool use_files(SSL_CTX *made, int elevel);
static const char *error_text(void);
static int	no_passphrase(char *buffer, int size, int writing, void *argument);
static int	choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_length,
							const unsigned char *offered, unsigned int offered_length, void *argument);
static ssize_t outcome(DynTls *tls, int result);

bool
dyn_tls_load(int elevel)
{
	SSL_CTX    *made;

	if (*dyn_http_tls_certificate == '\0' && *dyn_http_tls_key == '\0')
		made = NULL;
	else if ((made = make_context(elevel)) == NULL)
		return context != NULL;

	/* Connections that have begun hold references of their own. */
	SSL_CTX_free(context);
	context = made;
	return context != NULL;
}

/* Make a context with the files that the settings name, or report why not and return NULL. */
static SSL_CTX *
make_context(int elevel)
{
	static const unsigned char no_sessions[] = "dynamo";
	SSL_CTX    *made;

	ERR_clear_error();
	made = SSL_CTX_new(TLS_server_method());
	if (made == NULL)
	{
		ereport(elevel,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not set up TLS for the endpoint: %s", error_text())));
		return NULL;
	}

	SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
	SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
						SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_session_id_context(made, no_sessions, sizeof(no_sessions) - 1);
	SSL_CTX_set_num_tickets(made, 0);
	SSL_CTX_set_mode(made, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					 SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_default_passwd_cb(made, no_passphrase);
	SSL_CTX_set_alpn_select_cb(made, choose_protocol, NULL);

	if (!use_files(made, elevel))
	{
		SSL_CTX_free(made);
		return NULL;
	}
	return made;
}

/*
 * Let a context use the files that the settings name.  Reports are made at
 * once, so that with ERROR the context stays behind: the process ends.
 */
static bool
use_files(SSL_CTX *made, int elevel)
{
	const char *certificate = dyn_http_tls_certificate;
	const char *key = dyn_http_tls_key;

	if (*certificate == '\0' || *key == '\0')
	{
		ereport(elevel,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("TLS of the endpoint needs a certificate and its key"),
				 errhint("Set both dynamo.http_tls_certificate and dynamo.http_tls_key, or neither.")));
		return false;
	}
	if (SSL_CTX_use_certificate_chain_file(made, certificate) != 1)
	{
		ereport(elevel,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("could not load the endpoint's certificate file \"%s\": %s", certificate, error_text()),
				 errhint("The file has certificates in PEM form, the server's own first.")));
		return false;
	}
	if (!check_ssl_key_file_permissions(key, elevel >= ERROR))
		return false;
	if (SSL_CTX_use_PrivateKey_file(made, key, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(made) != 1)
	{
		ereport(elevel,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("could not load the endpoint's private key file \"%s\": %s", key, error_text()),
				 errhint("The file has the certificate's key, in PEM form and without a passphrase.")));
		return false;
	}
	return true;
}

/* Why OpenSSL has failed last. */
static const char *
error_text(void)
{
	static char text[256];
	unsigned long error = ERR_peek_last_error();

	if (error == 0)
		return "OpenSSL gives no reason";
	ERR_error_string_n(error, text, sizeof(text));
	ERR_clear_error();
	return text;
}

/* A worker has nobody to ask. */
static int
no_passphrase(char *buffer, int size, int writing, void *argument)
{
	return 0;
}

/* Clients may offer HTTP/2 beside HTTP/1.1; one that offers only others has come to the wrong place. */
static int
choose_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_length,
				const unsigned char *offered, unsigned int offered_length, void *argument)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *found;

	if (SSL_select_next_proto(&found, chosen_length, ours, sizeof(ours) - 1,
							  offered, offered_length) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

DynTls *
dyn_tls_accept(int fd)
{
	DynTls	   *tls = malloc(sizeof(DynTls));

	if (tls == NULL)
		return NULL;
	ERR_clear_error();
	tls->broken = false;
	tls->ssl = context == NULL ? NULL : SSL_new(context);
	if (tls->ssl == NULL || SSL_set_fd(tls->ssl, fd) != 1)
	{
		SSL_free(tls->ssl);
		free(tls);
		return NULL;
	}
	SSL_set_accept_state(tls->ssl);
	return tls;
}

ssize_t
dyn_tls_read(DynTls *tls, void *bytes, size_t room)
{
	ERR_clear_error();
	return outcome(tls, SSL_read(tls->ssl, bytes, (int) Min(room, INT_MAX)));
}

ssize_t
dyn_tls_write(DynTls *tls, const void *bytes, size_t length)
{
	ERR_clear_error();
	return outcome(tls, SSL_write(tls->ssl, bytes, (int) Min(length, INT_MAX)));
}

/* What reading or writing has come to. */
static ssize_t
outcome(DynTls *tls, int result)
{
	int			saved_errno = errno;

	if (result > 0)
		return result;
	switch (SSL_get_error(tls->ssl, result))
	{
		case SSL_ERROR_WANT_READ:
			return DYN_TLS_WANT_READ;
		case SSL_ERROR_WANT_WRITE:
			return DYN_TLS_WANT_WRITE;
		case SSL_ERROR_ZERO_RETURN:
			return DYN_TLS_CLOSED;
		default:
			tls->broken = true;
			if (!SSL_is_init_finished(tls->ssl))
			{
				dyn_metrics_count(DYN_COUNT_TLS_FAILURES);
				errno = saved_errno;
				ereport(DEBUG1, (errmsg_internal("TLS handshake of the endpoint failed: %s", error_text())));
			}
			ERR_clear_error();
			return DYN_TLS_ERROR;
	}
}

void
dyn_tls_free(DynTls *tls)
{
	if (!tls->broken && SSL_is_init_finished(tls->ssl))
	{
		ERR_clear_error();
		(void) SSL_shutdown(tls->ssl);
		ERR_clear_error();
	}
	SSL_free(tls->ssl);
	free(tls);
}
