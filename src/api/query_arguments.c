/*-------------------------------------------------------------------------
 *
 * query_arguments.c
 *	  From the arguments of dynamo.query and dynamo.scan to a request, checked
 *	  as that of the operation.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "api/expression_json.h"
#include "api/query_arguments.h"
#include "api/query_json.h"
#include "api/shape.h"
#include "base/error.h"
#include "expr/tree.h"

static void read_table(const DynRowCall *call, const DynQuerySignature *signature, DynPageRequest *request);
static void read_segment(const DynRowCall *call, const DynQuerySignature *signature, ScanRequest *scan);
static int32 read_bounded(const DynRowCall *call, int argument, const char *path, int32 least, int32 most);
static void bind(const DynRowCall *call, const DynQuerySignature *signature, DynRequestExpressions *expressions);
static int	count_equalities(const DynNode *node);

const DynQuerySignature dyn_query_signature = {
	.name = "query", .check = "dynamo.query_check",
	.table_name = 0, .key_condition = 1, .values = 2, .names = 3, .filter = 4, .projection = 5, .index_name = 6,
	.descending = 7, .segment = -1, .total_segments = -1,
};

const DynQuerySignature dyn_scan_signature = {
	.name = "scan", .check = "dynamo.scan_check",
	.table_name = 0, .key_condition = -1, .filter = 1, .values = 2, .names = 3, .projection = 4, .index_name = 5,
	.descending = -1, .segment = 6, .total_segments = 7,
};

bool
dyn_argument_known(const DynRowCall *call, int argument)
{
	return argument < 0 || call->known[argument];
}

bool
dyn_argument_given(const DynRowCall *call, int argument)
{
	return argument >= 0 && !(call->known[argument] && call->args[argument].isnull);
}

/* In the order of the operation's checks. */
void
dyn_arguments_check(const DynRowCall *call, const DynQuerySignature *signature, DynOpenedQuery *opened)
{
	QueryRequest query = {0};
	ScanRequest scan = {0};
	bool		keyed = dyn_is_query(signature);
	DynPageRequest *request = keyed ? &query.page : &scan.page;
	DynRequestExpressions expressions;
	DynKeyClauses clauses;
	DynKeyRange range;

	read_table(call, signature, request);
	if (keyed && !dyn_argument_given(call, signature->key_condition))
		dyn_raise_no_key_condition();
	if (!keyed)
		read_segment(call, signature, &scan);

	bind(call, signature, &expressions);
	request->filter = expressions.filter;
	request->projection = expressions.projection;
	if (keyed)
	{
		dyn_key_clauses_from_expression(expressions.key_condition, &clauses);
		query.key_clauses = &clauses;
		dyn_query_open(&opened->page, &query, &range);
	}
	else
		dyn_scan_open(&opened->page, &scan, &range);
	dyn_release_expressions(&expressions);
	opened->request = *request;
	opened->page.request = &opened->request;
}

void
dyn_arguments_open(const DynRowCall *call, const DynQuerySignature *signature, DynOpenedQuery *opened)
{
	read_table(call, signature, &opened->request);
	dyn_page_open(&opened->page, dyn_is_query(signature) ? "Query" : "Scan", &opened->request);
}

static void
read_text(const DynRowCall *call, int argument, const char **data, size_t *length)
{
	text	   *string;

	if (!dyn_argument_given(call, argument))
		return;
	string = DatumGetTextPP(call->args[argument].value);
	*data = VARDATA_ANY(string);
	*length = VARSIZE_ANY_EXHDR(string);
}

static void
read_table(const DynRowCall *call, const DynQuerySignature *signature, DynPageRequest *request)
{
	DynTableName *table = &request->table_name;

	read_text(call, signature->table_name, &table->data, &table->length);
	read_text(call, signature->index_name, &request->index_name, &request->index_name_length);
	if (table->data == NULL)
		dyn_raise_constraint("null", "tableName", "Member must not be null");
	if (table->length == 0)
		dyn_raise_constraint("''", "tableName", "Member must have length greater than or equal to 1");
	if (table->data[0] == '{')
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("1 validation error detected: Value '%s' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
						pnstrdup(table->data, table->length)),
				 errhint("A string literal is taken for the name of a table. Write a request in JSON as dynamo.%s(request => '...').",
						 signature->name)));
}

static void
read_segment(const DynRowCall *call, const DynQuerySignature *signature, ScanRequest *scan)
{
	bool		has_segment = dyn_argument_given(call, signature->segment);
	bool		has_total = dyn_argument_given(call, signature->total_segments);

	if (has_segment)
		scan->segment = read_bounded(call, signature->segment, "segment", 0, DYN_MAX_SEGMENTS - 1);
	if (has_total)
		scan->total_segments = read_bounded(call, signature->total_segments, "totalSegments", 1, DYN_MAX_SEGMENTS);
	dyn_check_segment(has_segment, scan->segment, has_total, scan->total_segments);
}

static int32
read_bounded(const DynRowCall *call, int argument, const char *path, int32 least, int32 most)
{
	int32		value = DatumGetInt32(call->args[argument].value);

	if (value < least)
		dyn_raise_constraint(psprintf("'%d'", value), path,
							 psprintf("Member must have value greater than or equal to %d", least));
	if (value > most)
		dyn_raise_constraint(psprintf("'%d'", value), path,
							 psprintf("Member must have value less than or equal to %d", most));
	return value;
}

/* Compile and bind the expressions. */
static void
bind(const DynRowCall *call, const DynQuerySignature *signature, DynRequestExpressions *expressions)
{
	const char *texts[DYN_NTEXTS] = {NULL};
	size_t		lengths[DYN_NTEXTS] = {0};
	DynValue	values;
	bool		has_values = dyn_argument_given(call, signature->values);
	DynNames   *names = NULL;

	read_text(call, signature->key_condition, &texts[DYN_TEXT_KEY_CONDITION], &lengths[DYN_TEXT_KEY_CONDITION]);
	read_text(call, signature->filter, &texts[DYN_TEXT_FILTER], &lengths[DYN_TEXT_FILTER]);
	read_text(call, signature->projection, &texts[DYN_TEXT_PROJECTION], &lengths[DYN_TEXT_PROJECTION]);
	if (has_values)
		values = dyn_item_view(call->args[signature->values].value);
	if (dyn_argument_given(call, signature->names))
		names = dyn_names_from_jsonb(call->args[signature->names].value);
	dyn_bind_texts(texts, lengths, has_values ? &values : NULL, names, expressions);
}

bool
dyn_arguments_name_one_key(const DynRowCall *call, const DynQuerySignature *signature, const DynPage *page)
{
	const char *text = NULL;
	size_t		length = 0;
	const DynExpression *expression;
	int			equalities;

	if (page->index != NULL || !dyn_argument_known(call, signature->key_condition))
		return false;
	read_text(call, signature->key_condition, &text, &length);
	if (text == NULL)
		return false;
	expression = dyn_expression_compile(DYN_EXPR_KEY_CONDITION, text, length);
	equalities = count_equalities(expression->condition);
	dyn_expression_release(expression);
	return equalities == dyn_key_schema_count(page->key_schema);
}

/* How many attributes a key condition compares by =; no two are of the same one. */
static int
count_equalities(const DynNode *node)
{
	check_stack_depth();
	if (node->kind == NODE_AND)
		return count_equalities(node->args[0]) + count_equalities(node->args[1]);
	return node->kind == NODE_COMPARE && node->comparator == TOKEN_EQ ? 1 : 0;
}
