/*-------------------------------------------------------------------------
 *
 * capacity.c
 *	  What operations cost, in the service's units.
 *
 * A read unit is 4 KB of an item, half as much where the read need not be
 * consistent; a write unit is 1 KB of the larger of the old and the new item.
 * Sizes are rounded up, to one unit at least.  Each index costs by what
 * changes in its entry, and nothing where the entry stays as it is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "engine/capacity.h"
#include "engine/index_entry.h"

#define READ_UNIT_BYTES		4096
#define WRITE_UNIT_BYTES	1024
#define TRANSACTION_FACTOR	2

static void add_indexes(DynConsumedCapacity *sum, const DynConsumedCapacity *capacity);
static double units(Size size, Size unit);
static Size size_of(const DynValue *item);
static double index_units(const DynIndexEntry *old_entry, const DynIndexEntry *new_entry);
static bool same_bytes(const struct varlena *a, const struct varlena *b);

void
dyn_capacity_of_read(const DynTableName *table_name, const DynValue *item, bool consistent,
					 DynConsumedCapacity *capacity)
{
	dyn_capacity_begin(table_name, capacity);
	dyn_capacity_add_read(capacity, size_of(item), consistent);
}

void
dyn_capacity_begin(const DynTableName *table_name, DynConsumedCapacity *sum)
{
	memset(sum, 0, sizeof(DynConsumedCapacity));
	sum->table_name = pnstrdup(table_name->data, table_name->length);
}

void
dyn_capacity_add_read(DynConsumedCapacity *sum, Size item_size, bool consistent)
{
	double		cost = units(item_size, READ_UNIT_BYTES) * (consistent ? 1.0 : 0.5);

	sum->table += cost;
	sum->total += cost;
}

void
dyn_capacity_add(DynConsumedCapacity *sum, const DynConsumedCapacity *capacity)
{
	sum->writes |= capacity->writes;
	sum->total += capacity->total;
	sum->table += capacity->table;
	if (capacity->nindexes > 0)
		add_indexes(sum, capacity);
}

double
dyn_transactional_read_units(Size item_size)
{
	return units(item_size, READ_UNIT_BYTES) * TRANSACTION_FACTOR;
}

void
dyn_capacity_add_transactional_read(DynConsumedCapacity *sum, Size item_size)
{
	sum->table += dyn_transactional_read_units(item_size);
	sum->total += dyn_transactional_read_units(item_size);
}

void
dyn_capacity_add_transactional_check(DynConsumedCapacity *sum, Size item_size)
{
	double		cost = units(item_size, WRITE_UNIT_BYTES) * TRANSACTION_FACTOR;

	sum->writes = true;
	sum->table += cost;
	sum->total += cost;
}

void
dyn_capacity_add_transactional_write(DynConsumedCapacity *sum, const DynConsumedCapacity *write)
{
	DynConsumedCapacity twice = *write;

	twice.table *= TRANSACTION_FACTOR;
	twice.total += twice.table - write->table;
	dyn_capacity_add(sum, &twice);
}

/* Either list has only the indexes that cost something. */
static void
add_indexes(DynConsumedCapacity *sum, const DynConsumedCapacity *capacity)
{
	DynIndexCapacity *indexes = palloc(sizeof(DynIndexCapacity) * (sum->nindexes + capacity->nindexes));
	int			count = sum->nindexes;

	memcpy(indexes, sum->indexes, sizeof(DynIndexCapacity) * sum->nindexes);
	for (int i = 0; i < capacity->nindexes; i++)
	{
		int			at = 0;

		while (at < count && strcmp(indexes[at].index_name, capacity->indexes[i].index_name) != 0)
			at++;
		if (at == count)
			indexes[count++] = capacity->indexes[i];
		else
			indexes[at].units += capacity->indexes[i].units;
	}
	sum->indexes = indexes;
	sum->nindexes = count;
}

/* The bytes of a page are rounded up once. */
void
dyn_capacity_of_page(const DynTableName *table_name, const DynIndex *index, Size bytes, Size table_bytes,
					 bool consistent, DynConsumedCapacity *capacity)
{
	double		factor = consistent ? 1.0 : 0.5;
	double		page = units(bytes, READ_UNIT_BYTES) * factor;

	memset(capacity, 0, sizeof(DynConsumedCapacity));
	capacity->table_name = pnstrdup(table_name->data, table_name->length);
	if (index == NULL)
	{
		capacity->table = capacity->total = page;
		return;
	}
	capacity->table = table_bytes == 0 ? 0 : units(table_bytes, READ_UNIT_BYTES) * factor;
	capacity->total = capacity->table + page;
	capacity->nindexes = 1;
	capacity->indexes = palloc(sizeof(DynIndexCapacity));
	capacity->indexes->index_name = index->name;
	capacity->indexes->global = index->kind == DYN_INDEX_GLOBAL;
	capacity->indexes->units = page;
}

void
dyn_capacity_of_refused_write(const DynTableName *table_name, const DynValue *old_item, const DynValue *new_item,
							  DynConsumedCapacity *capacity)
{
	dyn_capacity_begin(table_name, capacity);
	capacity->writes = true;
	capacity->table = units(Max(size_of(old_item), size_of(new_item)), WRITE_UNIT_BYTES);
	capacity->total = capacity->table;
}

void
dyn_capacity_of_write(const DynTableName *table_name, const DynTable *table, const DynValue *old_item,
					  const DynValue *new_item, DynConsumedCapacity *capacity)
{
	dyn_capacity_of_refused_write(table_name, old_item, new_item, capacity);
	capacity->indexes = palloc(sizeof(DynIndexCapacity) * (table->nindexes + 1));

	for (int i = 0; i < table->nindexes; i++)
	{
		const DynIndex *index = &table->indexes[i];
		DynIndexCapacity *arm = &capacity->indexes[capacity->nindexes];
		DynIndexEntry old_entry;
		DynIndexEntry new_entry;

		dyn_index_entry(table, index, old_item, &old_entry);
		dyn_index_entry(table, index, new_item, &new_entry);
		arm->index_name = index->name;
		arm->global = index->kind == DYN_INDEX_GLOBAL;
		arm->units = index_units(&old_entry, &new_entry);
		if (arm->units == 0)
			continue;
		capacity->nindexes++;
		capacity->total += arm->units;
	}
}

static double
units(Size size, Size unit)
{
	return size <= unit ? 1 : (double) ((size + unit - 1) / unit);
}

static Size
size_of(const DynValue *item)
{
	return item == NULL ? 0 : dyn_item_size(item);
}

/* Moving an entry to another key is a deletion and an insertion. */
static double
index_units(const DynIndexEntry *old_entry, const DynIndexEntry *new_entry)
{
	double		old_units = units(old_entry->size, WRITE_UNIT_BYTES);
	double		new_units = units(new_entry->size, WRITE_UNIT_BYTES);

	if (old_entry->key == NULL && new_entry->key == NULL)
		return 0;
	if (old_entry->key == NULL)
		return new_units;
	if (new_entry->key == NULL)
		return old_units;
	if (!same_bytes(old_entry->key, new_entry->key))
		return old_units + new_units;
	if (dyn_value_equal(&old_entry->projection, &new_entry->projection))
		return 0;
	return Max(old_units, new_units);
}

static bool
same_bytes(const struct varlena *a, const struct varlena *b)
{
	return VARSIZE_ANY(a) == VARSIZE_ANY(b) && memcmp(a, b, VARSIZE_ANY(a)) == 0;
}
