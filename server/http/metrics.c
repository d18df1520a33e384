#include "server/http/metrics.h"

#include "core/base/assert.h"

void pat_http_metrics_count(pat_http_metrics *metrics, size_t route, unsigned status,
                            uint64_t milliseconds) {
  PAT_ASSERT(route <= PAT_HTTP_METRICS_ROUTES_MAX);
  PAT_ASSERT(status / 100 < PAT_HTTP_METRICS_CLASSES);
  atomic_fetch_add_explicit(&metrics->answers[route][status / 100], 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&metrics->milliseconds[route], milliseconds, memory_order_relaxed);
}

static void write_head(pat_builder *text, const char *name, const char *type, const char *help) {
  pat_builder_text(text, "# HELP ");
  pat_builder_text(text, name);
  pat_builder_char(text, ' ');
  pat_builder_text(text, help);
  pat_builder_text(text, "\n# TYPE ");
  pat_builder_text(text, name);
  pat_builder_char(text, ' ');
  pat_builder_text(text, type);
  pat_builder_char(text, '\n');
}

static void write_gauge(pat_builder *text, const char *name, const char *help, uint64_t value) {
  write_head(text, name, "gauge", help);
  pat_builder_text(text, name);
  pat_builder_char(text, ' ');
  pat_builder_decimal(text, value);
  pat_builder_char(text, '\n');
}

static void write_route(pat_builder *text, pat_api_routes routes, size_t number) {
  bool known = number < routes.count;
  pat_builder_text(text, "{route=\"");
  pat_builder_text(text, known ? routes.items[number].pattern : "none");
  pat_builder_text(text, "\",method=\"");
  pat_builder_text(text, !known ? "" : routes.items[number].method == PAT_API_GET ? "GET" : "POST");
  pat_builder_char(text, '"');
}

static void write_answers(pat_http_metrics *metrics, pat_api_routes routes, pat_builder *text) {
  write_head(text, "patina_http_requests_total", "counter", "Answered requests.");
  for (size_t i = 0; i <= routes.count; i++) {
    for (unsigned hundreds = 1; hundreds < PAT_HTTP_METRICS_CLASSES; hundreds++) {
      uint64_t count = atomic_load_explicit(&metrics->answers[i][hundreds], memory_order_relaxed);
      if (count == 0) continue;
      pat_builder_text(text, "patina_http_requests_total");
      write_route(text, routes, i);
      pat_builder_text(text, ",class=\"");
      pat_builder_decimal(text, hundreds);
      pat_builder_text(text, "xx\"} ");
      pat_builder_decimal(text, count);
      pat_builder_char(text, '\n');
    }
  }
}

static void write_times(pat_http_metrics *metrics, pat_api_routes routes, pat_builder *text) {
  write_head(text, "patina_http_request_milliseconds_total", "counter",
             "Time spent on answered requests.");
  for (size_t i = 0; i <= routes.count; i++) {
    uint64_t spent = atomic_load_explicit(&metrics->milliseconds[i], memory_order_relaxed);
    if (spent == 0) continue;
    pat_builder_text(text, "patina_http_request_milliseconds_total");
    write_route(text, routes, i);
    pat_builder_text(text, "} ");
    pat_builder_decimal(text, spent);
    pat_builder_char(text, '\n');
  }
}

void pat_http_metrics_write(pat_http_metrics *metrics, pat_api_routes routes, uint64_t waiting,
                            pat_builder *text) {
  PAT_ASSERT(routes.count <= PAT_HTTP_METRICS_ROUTES_MAX);
  write_answers(metrics, routes, text);
  write_times(metrics, routes, text);
  write_gauge(text, "patina_http_requests_running", "Requests being answered now.",
              atomic_load_explicit(&metrics->running, memory_order_relaxed));
  write_gauge(text, "patina_http_requests_waiting", "Requests that wait for a checkpoint now.",
              waiting);
  write_head(text, "patina_http_waiting_refused_total", "counter",
             "Requests refused because too many waited.");
  pat_builder_text(text, "patina_http_waiting_refused_total ");
  pat_builder_decimal(text, atomic_load_explicit(&metrics->waiting_refused, memory_order_relaxed));
  pat_builder_char(text, '\n');
}
