/*-------------------------------------------------------------------------
 *
 * error_json.h
 *	  Errors as the wire protocol has them: a status, and a JSON object with
 *	  the error's type and message.
 *
 * Errors of class YD are the service's own and become what they are.  What
 * Postgres raises becomes the error of the service that makes a client do the
 * right thing; what it says stays in the server's log, because it may tell
 * more than the client may know.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_ERROR_JSON_H
#define DYN_API_ERROR_JSON_H

#include "lib/stringinfo.h"

#include "api/dispatch.h"

/* An error of the wire: a name that lives forever, and its HTTP status. */
typedef struct DynWireError
{
	const char *name;			/* "ValidationException" */
	int			status;
	bool		log;			/* is it the server's business rather than the client's? */
} DynWireError;

/* Name spaces of types. */
#define DYN_NAMESPACE_CORAL		"com.amazon.coral.service"
#define DYN_NAMESPACE_DYNAMODB	"com.amazonaws.dynamodb.v20120810"

/*
 * Append the body of what an operation has raised.  "role" is the name of the
 * one that it ran as, and "request" its JSON; NULL where it did not come so
 * far.
 */
extern DynWireError dyn_error_write(const ErrorData *error, const DynOperation *operation, const char *role,
									const DynJson *request, StringInfo body);

/* Append the body of an error of which no message is given (NULL), or one. */
extern void dyn_error_write_named(const char *name_space, const char *name, const char *message, StringInfo body);

/* Was it only that others were at work on the same rows, so that trying again may help? */
extern bool dyn_error_is_conflict(int sqlerrcode);

#endif							/* DYN_API_ERROR_JSON_H */
