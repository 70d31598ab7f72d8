/*-------------------------------------------------------------------------
 *
 * row.c
 *	  What both ways to a row have in common: looking at the item found.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"

#include "base/compat.h"
#include "index/row.h"

DynValue
dyn_row_item(const DynRow *row)
{
	Assert(row->found);
	return dyn_item_view(row->item);
}

/*
 * Compare raw sizes first: they are known without detoasting, and differ
 * most of the time.
 */
bool
dyn_row_item_equals(const DynRow *row, const struct varlena *item)
{
	struct varlena *stored = (struct varlena *) DatumGetPointer(row->item);
	struct varlena *plain;
	Size		length = VARSIZE_ANY_EXHDR(item);
	bool		equal;

	if (toast_raw_datum_size(row->item) - VARHDRSZ != length)
		return false;
	plain = VARATT_IS_EXTENDED(stored) && !VARATT_IS_SHORT(stored) ? detoast_attr(stored) : stored;
	equal = memcmp(VARDATA_ANY(plain), VARDATA_ANY(item), length) == 0;
	if (plain != stored)
		pfree(plain);
	return equal;
}
