/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  Definition of the settings dynamo.http_*.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "utils/guc.h"

#include "http/settings.h"
#include "http/shared.h"

int			dyn_http_port = 0;
char	   *dyn_http_database = NULL;
int			dyn_http_workers = 2;
char	   *dyn_http_listen_addresses = NULL;
int			dyn_http_auth = DYN_HTTP_SIGV4;
char	   *dyn_http_trust_role = NULL;
int			dyn_http_body_memory = 65536;
int			dyn_http_statement_timeout = 30000;
int			dyn_http_lock_timeout = 5000;
int			dyn_http_idle_timeout = 300;
int			dyn_http_request_timeout = 60;
bool		dyn_http_group_commit = true;
char	   *dyn_http_tls_certificate = NULL;
char	   *dyn_http_tls_key = NULL;
int			dyn_http_metrics = DYN_METRICS_LOCAL;

static const struct config_enum_entry auth_methods[] = {
	{"sigv4", DYN_HTTP_SIGV4, false},
	{"trust", DYN_HTTP_TRUST, false},
	{NULL, 0, false}
};

static const struct config_enum_entry metrics_readers[] = {
	{"off", DYN_METRICS_OFF, false},
	{"local", DYN_METRICS_LOCAL, false},
	{"all", DYN_METRICS_ALL, false},
	{NULL, 0, false}
};

static void
define_int(const char *name, const char *description, int *variable, int value, int least, int most, int flags)
{
	DefineCustomIntVariable(name, description, NULL, variable, value, least, most,
							PGC_SIGHUP, flags, NULL, NULL, NULL);
}

static void
define_string(const char *name, const char *description, char **variable, const char *value)
{
	DefineCustomStringVariable(name, description, NULL, variable, value,
							   PGC_SIGHUP, 0, NULL, NULL, NULL);
}

void
dyn_http_settings_define(void)
{
	define_int("dynamo.http_port",
			   "Port of the endpoint for DynamoDB's clients; 0 is no endpoint.",
			   &dyn_http_port, 0, 0, 65535, 0);
	define_string("dynamo.http_database",
				  "Database that the endpoint serves.",
				  &dyn_http_database, "");
	define_int("dynamo.http_workers",
			   "Number of processes that serve the endpoint.",
			   &dyn_http_workers, 2, 1, DYN_MAX_HTTP_WORKERS, 0);
	define_string("dynamo.http_listen_addresses",
				  "Host names or addresses that the endpoint listens to, separated by commas.",
				  &dyn_http_listen_addresses, "localhost");

	DefineCustomEnumVariable("dynamo.http_auth",
							 "How clients of the endpoint prove who they are.",
							 NULL, &dyn_http_auth, DYN_HTTP_SIGV4, auth_methods,
							 PGC_SIGHUP, 0, NULL, NULL, NULL);
	define_string("dynamo.http_trust_role",
				  "Role of all requests where dynamo.http_auth is trust.",
				  &dyn_http_trust_role, "");

	DefineCustomEnumVariable("dynamo.http_metrics",
							 "Who may see the endpoint's metrics, for which no signature is asked.",
							 NULL, &dyn_http_metrics, DYN_METRICS_LOCAL, metrics_readers,
							 PGC_SIGHUP, 0, NULL, NULL, NULL);

	define_int("dynamo.http_body_memory",
			   "Memory for the bodies of requests that are arriving, of all workers together.",
			   &dyn_http_body_memory, 65536, 1024, MAX_KILOBYTES, GUC_UNIT_KB);
	define_int("dynamo.http_statement_timeout",
			   "Time that one request of the endpoint may run; 0 is any time.",
			   &dyn_http_statement_timeout, 30000, 0, INT_MAX, GUC_UNIT_MS);
	define_int("dynamo.http_lock_timeout",
			   "Time that a request of the endpoint waits for locks of others.",
			   &dyn_http_lock_timeout, 5000, 0, INT_MAX, GUC_UNIT_MS);
	define_int("dynamo.http_idle_timeout",
			   "Time after which the endpoint closes a connection that is not used.",
			   &dyn_http_idle_timeout, 300, 1, 86400, GUC_UNIT_S);
	define_int("dynamo.http_request_timeout",
			   "Time that a request may take to arrive, and its answer to be taken.",
			   &dyn_http_request_timeout, 60, 1, 86400, GUC_UNIT_S);

	DefineCustomBoolVariable("dynamo.http_group_commit",
							 "Makes the writes of several requests durable by one flush.",
							 NULL, &dyn_http_group_commit, true,
							 PGC_SIGHUP, 0, NULL, NULL, NULL);

	define_string("dynamo.http_tls_certificate",
				  "File with the certificate of the endpoint; empty, as the key: HTTP without TLS.",
				  &dyn_http_tls_certificate, "");
	define_string("dynamo.http_tls_key",
				  "File with the private key of the endpoint's certificate.",
				  &dyn_http_tls_key, "");
}
