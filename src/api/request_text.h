/*-------------------------------------------------------------------------
 *
 * request_text.h
 *	  Strings of requests that become texts in the catalog.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_REQUEST_TEXT_H
#define DYN_API_REQUEST_TEXT_H

#include "api/shape.h"
#include "schema/catalog.h"

/*
 * A string, NUL-terminated; it lives as long as the request.  Raises
 * ValidationException where it contains U+0000.  (table_json.c)
 */
extern const char *dyn_json_text(const DynJson *string);

/* The same of a member; NULL where it is absent. */
extern const char *dyn_request_text(const DynJson *structure, const char *name);

/* The member Tags, palloc'd; none where it is absent. */
extern DynTagRow *dyn_request_tags(const DynJson *request, int *count);

#endif							/* DYN_API_REQUEST_TEXT_H */
