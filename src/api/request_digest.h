/*-------------------------------------------------------------------------
 *
 * request_digest.h
 *	  A digest of a request, to know whether another one asks for the same.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_REQUEST_DIGEST_H
#define DYN_API_REQUEST_DIGEST_H

#include "base/json_read.h"

#define DYN_REQUEST_DIGEST_BYTES	32

/*
 * Compute the SHA-256 of a JSON value.  It does not depend on the order in
 * which members of objects are written; members that are null count as absent.
 */
extern void dyn_request_digest(const DynJson *json, uint8 *digest);

#endif							/* DYN_API_REQUEST_DIGEST_H */
