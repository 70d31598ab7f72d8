/*-------------------------------------------------------------------------
 *
 * authenticate.h
 *	  Which role does a request run as?
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_AUTHENTICATE_H
#define DYN_HTTP_AUTHENTICATE_H

#include "http/sigv4.h"

/*
 * Find the role of a request.  Returns InvalidOid where the client is not who
 * it says it is, or may not come in; then *failure says what to answer.
 * Inside a transaction; what it looks up is kept until it changes.  The
 * role's name is good until the next call.
 */
extern Oid	dyn_authenticate(const DynHttpHead *head, DynSlice body, const char **name, DynAuthFailure *failure);

/* The name of an error as the service has it. */
extern const char *dyn_auth_error_name(DynAuthError error);

/* Watch for changes of what is kept.  Called once, by each worker. */
extern void dyn_authenticate_init(void);

#endif							/* DYN_HTTP_AUTHENTICATE_H */
