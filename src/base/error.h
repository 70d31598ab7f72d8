/*-------------------------------------------------------------------------
 *
 * error.h
 *	  The service's errors as SQLSTATEs of class YD.
 *
 * Raise them with ereport: the message is the service's text to the letter,
 * errdetail says what was found, errhint what to do next.
 *
 *		ereport(ERROR,
 *				(errcode(ERRCODE_DYN_VALIDATION),
 *				 errmsg("Item size has exceeded the maximum allowed size"),
 *				 errhint("...")));
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_ERROR_H
#define DYN_BASE_ERROR_H

#include "utils/elog.h"

#include "base/compat.h"

enum
{
#define DYN_ERROR(symbol, a, b, c, wire_name, wire_namespace, http_status) \
	ERRCODE_DYN_##symbol = MAKE_SQLSTATE('Y', 'D', a, b, c),
#include "base/errors.def"
#undef DYN_ERROR
};

#endif							/* DYN_BASE_ERROR_H */
