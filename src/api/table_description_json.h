/*-------------------------------------------------------------------------
 *
 * table_description_json.h
 *	  Writing the API's TableDescription.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_TABLE_DESCRIPTION_JSON_H
#define DYN_API_TABLE_DESCRIPTION_JSON_H

#include "base/json_write.h"
#include "engine/table_operations.h"

extern void dyn_write_table_description(DynJsonWriter *writer, const DynTableDescription *description);

#endif							/* DYN_API_TABLE_DESCRIPTION_JSON_H */
