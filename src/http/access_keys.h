/*-------------------------------------------------------------------------
 *
 * access_keys.h
 *	  Access keys: who signs requests, and which role a request runs as.
 *
 * A key is a row of dynamo.access_keys.  It is alive while its role is; a row
 * whose role is gone is seen by no reader here, and dyn_access_keys_trim takes
 * it away.  The secret never leaves the table but once, to the one who made
 * the key.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_ACCESS_KEYS_H
#define DYN_HTTP_ACCESS_KEYS_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#include "worker/worker.h"

/* The role that the endpoint's workers connect as; it is a member of every role that has keys. */
#define DYN_ENDPOINT_ROLE	"dynamo_endpoint"

#define DYN_ACCESS_KEY_ID_LENGTH	20
#define DYN_SECRET_LENGTH			40
#define DYN_SESSION_TOKEN_LENGTH	64

typedef struct DynAccessKey
{
	char		id[DYN_ACCESS_KEY_ID_LENGTH + 1];
	Oid			role;
	char	   *secret;
	char	   *session_token;	/* NULL where the key has none */
	bool		active;
	TimestampTz created_at;
} DynAccessKey;

/* ---- access_keys.c: rows; nothing here asks for privileges ---- */

/* OID of dynamo.access_keys, as the last look-up found it. */
extern Oid	dyn_access_keys_oid;

/* Find a key that is alive.  The id must be NUL-terminated; strings are palloc'd. */
extern bool dyn_access_key_find(const char *id, DynAccessKey *key);

/* All keys that are alive, List of DynAccessKey *, in order of their ids. */
extern List *dyn_access_keys_list(void);

extern void dyn_access_key_insert(const DynAccessKey *key);

/* Switch a key on or off, or remove it.  Return false where there is no such key. */
extern bool dyn_access_key_set_active(const char *id, bool active);
extern bool dyn_access_key_remove(const char *id);

/* Remove the keys of roles that are gone. */
extern void dyn_access_keys_trim(void);

/* The housekeeping worker's duty of doing that. */
extern const DynDuty dyn_access_keys_duty;

#endif							/* DYN_HTTP_ACCESS_KEYS_H */
