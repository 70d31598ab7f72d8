/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Differences between PostgreSQL 15, 16, 17 and 18.
 *
 * The only file that asks for PG_VERSION_NUM.  It offers the newest
 * signature, or a neutral name, to everyone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_COMPAT_H
#define DYN_BASE_COMPAT_H

#include "pg_config.h"

#if PG_VERSION_NUM < 150000
#error "dynamo needs PostgreSQL 15 or later"
#endif

/* The macros of varlena values moved out of postgres.h. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#endif							/* DYN_BASE_COMPAT_H */
