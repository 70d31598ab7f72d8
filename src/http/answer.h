/*-------------------------------------------------------------------------
 *
 * answer.h
 *	  HTTP responses.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_ANSWER_H
#define DYN_HTTP_ANSWER_H

#include "http/connection.h"

typedef struct DynAnswer
{
	int			status;
	const char *content_type;	/* NULL: none */
	const char *body;
	size_t		length;
	const DynHttpHead *head;	/* of the request; NULL where it could not be read */
	bool		close;			/* is the connection to be closed? */
} DynAnswer;

/* Put an answer into what a connection sends.  Returns false where memory is short. */
extern bool dyn_answer_put(DynConnection *connection, const DynAnswer *answer);

/* Tell a client that it may send the body. */
extern bool dyn_answer_put_continue(DynConnection *connection);

#endif							/* DYN_HTTP_ANSWER_H */
