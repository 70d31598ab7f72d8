/*-------------------------------------------------------------------------
 *
 * unsupported.h
 *	  Refuses requests that ask for a feature that is not built.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_UNSUPPORTED_H
#define DYN_API_UNSUPPORTED_H

#include "base/json_read.h"

/*
 * Raise a ValidationException if a request, whose types have been checked,
 * has a member that unsupported.def lists for the operation.
 */
extern void dyn_check_unsupported(const char *operation, const DynJson *request);

#endif							/* DYN_API_UNSUPPORTED_H */
