/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  The settings of the endpoint (dynamo.http_*).
 *
 * All of them are the server's: a session, a database or a role cannot change
 * them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_SETTINGS_H
#define DYN_HTTP_SETTINGS_H

typedef enum DynHttpAuth
{
	DYN_HTTP_SIGV4,
	DYN_HTTP_TRUST
} DynHttpAuth;

typedef enum DynMetricsReaders
{
	DYN_METRICS_OFF,
	DYN_METRICS_LOCAL,
	DYN_METRICS_ALL
} DynMetricsReaders;

/* What the launcher goes by: 0 and "" are no endpoint. */
extern int	dyn_http_port;
extern char *dyn_http_database;
extern int	dyn_http_workers;

extern char *dyn_http_listen_addresses;

/* DynHttpAuth, and the role of all requests where it is TRUST */
extern int	dyn_http_auth;
extern char *dyn_http_trust_role;

/* Kilobytes that the bodies of requests may take which are not answered yet, of all workers together. */
extern int	dyn_http_body_memory;

/* Milliseconds that one request may run, and that it is tried again while others lock what it needs. */
extern int	dyn_http_statement_timeout;
extern int	dyn_http_lock_timeout;

/* Seconds that a connection may be idle, and that a request may take to arrive or an answer to be taken. */
extern int	dyn_http_idle_timeout;
extern int	dyn_http_request_timeout;

extern bool dyn_http_group_commit;

/* Files; both are empty where the endpoint speaks no TLS. */
extern char *dyn_http_tls_certificate;
extern char *dyn_http_tls_key;

/* DynMetricsReaders: who may see GET /metrics */
extern int	dyn_http_metrics;

/* Define all of them.  Called once, from _PG_init, before those of base. */
extern void dyn_http_settings_define(void);

#endif							/* DYN_HTTP_SETTINGS_H */
