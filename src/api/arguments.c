/*-------------------------------------------------------------------------
 *
 * arguments.c
 *	  Arguments that many of the functions for people have.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/lsyscache.h"

#include "api/arguments.h"
#include "api/shape.h"
#include "base/compat.h"

void
dyn_require_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		dyn_raise_constraint("null", name, "Member must not be null");
}

DynTableName
dyn_table_name_argument(FunctionCallInfo fcinfo)
{
	DynTableName name;
	text	   *argument;

	dyn_require_argument(fcinfo, 0, "tableName");
	argument = PG_GETARG_TEXT_PP(0);
	name.data = VARDATA_ANY(argument);
	name.length = VARSIZE_ANY_EXHDR(argument);
	if (name.length == 0)
		dyn_raise_constraint("''", "tableName", "Member must have length greater than or equal to 1");
	return name;
}

Datum *
dyn_items_argument(FunctionCallInfo fcinfo, int argument, const char *name, int *count)
{
	ArrayType  *array;
	Datum	   *items;
	bool	   *nulls;
	int16		length;
	bool		by_value;
	char		align;

	*count = 0;
	if (PG_ARGISNULL(argument))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &items, &nulls, count);
	for (int i = 0; i < *count; i++)
		if (nulls[i])
			dyn_raise_constraint("null", psprintf("%s.%d.member", name, i + 1), "Member must not be null");
	return items;
}
