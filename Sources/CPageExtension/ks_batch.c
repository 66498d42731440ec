#include "ks_batch.h"

// Larger answers go alone: what they cost is not the entry into the engine.
#define SMALL 16384
// Elements of the array that each answer takes.
#define WIDTH 3

static void clear_answer(gpointer data)
{
    g_free(((KsAnswer *)data)->payload);
}

gboolean ks_batch_add(KsBatch *batch, KsAnswer *answer)
{
    if (answer->kind == KS_BYTES || answer->size > SMALL)
        return FALSE;
    if (!batch->text) {
        batch->text = g_string_sized_new(1024);
        batch->answers = g_array_new(FALSE, FALSE, sizeof(KsAnswer));
        g_array_set_clear_func(batch->answers, clear_answer);
    }
    const char *value = answer->kind == KS_NOTHING ? "null" : (const char *)answer->payload;
    g_string_append_printf(
        batch->text, "%c%" G_GUINT64_FORMAT ",%u,", batch->answers->len == 0 ? '[' : ',', answer->id, answer->kind);
    g_string_append(batch->text, value);
    g_array_append_val(batch->answers, *answer);
    answer->payload = NULL;
    return TRUE;
}

void ks_batch_clear(KsBatch *batch)
{
    if (!batch->text)
        return;
    g_string_free(batch->text, TRUE);
    g_array_unref(batch->answers);
    *batch = (KsBatch) { NULL, NULL };
}

// The page's function is the SDK's own and does not throw; what it lets through is the page's to report.
static void call(JSCValue *receiver, JSCValue **arguments, guint count)
{
    JSCValue *result = jsc_value_function_callv(receiver, count, arguments);
    g_clear_object(&result);
}

static JSCValue *parse(JSCContext *context, const char *json)
{
    JSCValue *value = jsc_value_new_from_json(context, json);
    if (!value || jsc_context_get_exception(context)) {
        g_clear_object(&value);
        jsc_context_clear_exception(context);
    }
    return value;
}

// An answer that smuggles elements in, or takes some away, is none.
static gboolean has_length(JSCValue *array, guint length)
{
    JSCValue *property = jsc_value_object_get_property(array, "length");
    gboolean fits = jsc_value_to_int32(property) == (gint32)length;
    g_object_unref(property);
    return fits;
}

void ks_batch_deliver(KsBatch *batch, JSCValue *receiver)
{
    if (!batch->text)
        return;
    // The page's code may run from here on, and bring more answers with it.
    KsBatch taken = *batch;
    *batch = (KsBatch) { NULL, NULL };
    JSCValue *array = parse(jsc_value_get_context(receiver), g_string_append_c(taken.text, ']')->str);
    if (array && has_length(array, WIDTH * taken.answers->len)) {
        call(receiver, &array, 1);
    } else {
        for (guint index = 0; index < taken.answers->len; index++)
            ks_batch_deliver_alone(&g_array_index(taken.answers, KsAnswer, index), receiver);
    }
    g_clear_object(&array);
    ks_batch_clear(&taken);
}

// The engine's own memory: WebKit's web process ends itself where a buffer lies elsewhere.
static JSCValue *array_of(KsAnswer *answer, JSCContext *context)
{
    JSCValue *array = jsc_value_new_typed_array(context, JSC_TYPED_ARRAY_UINT8, answer->size);
    gsize length = 0;
    gpointer data = jsc_value_typed_array_get_data(array, &length);
    if (data && length == answer->size)
        memcpy(data, answer->payload, answer->size);
    return array;
}

static JSCValue *value_of(KsAnswer *answer, JSCContext *context)
{
    if (answer->kind == KS_BYTES)
        return array_of(answer, context);
    if (answer->kind == KS_JSON || answer->kind == KS_ERROR)
        return parse(context, (const char *)answer->payload);
    return jsc_value_new_undefined(context);
}

void ks_batch_deliver_alone(KsAnswer *answer, JSCValue *receiver)
{
    JSCContext *context = jsc_value_get_context(receiver);
    JSCValue *value = value_of(answer, context);
    JSCValue *arguments[WIDTH] = {
        jsc_value_new_number(context, (double)answer->id),
        jsc_value_new_number(context, answer->kind),
        value ? value : jsc_value_new_undefined(context),
    };
    // Without a third argument the page knows that the answer was not JSON.
    call(receiver, arguments, value ? 3 : 2);
    for (guint index = 0; index < WIDTH; index++)
        g_object_unref(arguments[index]);
}
