/*-------------------------------------------------------------------------
 *
 * sigv4.h
 *	  AWS Signature Version 4: what a request says about who signed it, and
 *	  whether that is so.
 *
 *		dyn_sigv4_read		what the Authorization header, or the query string,
 *							says; is it complete, and is it of this time?
 *		(the caller finds the secret of the access key)
 *		dyn_sigv4_check		is the signature that secret's, over these bytes?
 *
 * The signature is computed from the bytes that were received, the body
 * included; what the client says its hash is counts for nothing.  These files
 * know OpenSSL, but neither Postgres nor DynamoDB.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_SIGV4_H
#define DYN_HTTP_SIGV4_H

#include "http/head.h"

/* How far a client's clock may be wrong, in seconds. */
#define DYN_SIGV4_MAX_SKEW		900

/* "20150830T123600Z" */
#define DYN_SIGV4_TIME_LENGTH	16

/* The errors of the service. */
typedef enum DynAuthError
{
	DYN_AUTH_OK,
	DYN_AUTH_MISSING_TOKEN,		/* MissingAuthenticationTokenException */
	DYN_AUTH_INCOMPLETE,		/* IncompleteSignatureException */
	DYN_AUTH_INVALID,			/* InvalidSignatureException */
	DYN_AUTH_UNKNOWN_CLIENT		/* UnrecognizedClientException */
} DynAuthError;

/* Why a request is refused.  The message is printable ASCII, whatever the request was. */
typedef struct DynAuthFailure
{
	DynAuthError error;
	char		message[DYN_HTTP_MAX_HEADERS + 1024];
} DynAuthFailure;

/* What a request says about its signature.  Slices point into the head, or into "decoded". */
typedef struct DynSignature
{
	bool		in_query;
	DynSlice	access_key;
	DynSlice	scope;			/* "date/region/service/aws4_request" */
	DynSlice	date;
	DynSlice	region;
	DynSlice	signed_headers; /* "host;x-amz-date;..." */
	DynSlice	signature;
	DynSlice	security_token; /* at is NULL where there is none */
	char		time[DYN_SIGV4_TIME_LENGTH + 1];
	char		decoded[8192];	/* values of the query string */
	size_t		n_decoded;
} DynSignature;

/*
 * Read what a request says.  "service" is the one that its scope must name,
 * "now" the time in seconds since 1970.
 */
extern DynAuthError dyn_sigv4_read(const DynHttpHead *head, const char *service, int64_t now,
								   DynSignature *signature, DynAuthFailure *failure);

/*
 * Check a signature that dyn_sigv4_read has read of the same head.  What is
 * compared with the secret's signature takes the same time wherever it
 * differs.  Signing keys are kept: a secret that signs again on the same day
 * and in the same region costs four HMACs less.
 */
extern DynAuthError dyn_sigv4_check(const DynHttpHead *head, DynSlice body, const DynSignature *signature,
									DynSlice secret, DynAuthFailure *failure);

/* Set a failure.  Returns its error. */
extern DynAuthError dyn_auth_fail(DynAuthFailure *failure, DynAuthError error, const char *message);

#endif							/* DYN_HTTP_SIGV4_H */
