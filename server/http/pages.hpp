// Pages of things that devices sent: asked for by time, handed out in the order of receipt.
#pragma once

#include "base/time.hpp"
#include "server/http/body.hpp"
#include "server/http/query.hpp"
#include "server/store/media_read.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {

inline constexpr int usual_page = 50;
inline constexpr int largest_page = 200;

/// The day up to now, and what devices whose clocks run ahead say of it.
inline Interval day_before(Instant now) {
    const Instant until = now + std::chrono::minutes{10};
    return {until - std::chrono::hours{24}, until};
}

/// `from` and `to`; `usual` is meant where they are not told.
inline Interval read_times(Query& query, const Interval& usual) {
    Interval times{query.instant("from"), query.instant("to")};
    if (!times.from) times.from = usual.from;
    if (!times.until) times.until = usual.until;
    if (times.from && times.until && *times.until <= *times.from)
        query.add("TIME_ORDER", "to", to_iso(*times.until));
    return times;
}

/// Those, `after` and `limit`. One row more than asked for is wanted, to know whether there is a
/// next page.
inline store::PageOf read_page(Query& query, const Interval& usual) {
    const auto times = read_times(query, usual);
    store::PageOf page{times.from, times.until, query.uuid("after"), 0, 0};
    page.limit = static_cast<int>(query.integer("limit", 1, largest_page, usual_page)) + 1;
    return page;
}

/// {items, next} of the rows that `read_page` asked for.
template <class Row, class Show>
Reply page_reply(std::vector<Row> rows, const store::PageOf& page, Show show) {
    nlohmann::json body{{"items", nlohmann::json::array()}, {"next", nullptr}};
    if (rows.size() == static_cast<std::size_t>(page.limit)) {
        rows.pop_back();
        body["next"] = rows.back().id;
    }
    for (const Row& row : rows) body["items"].push_back(show(row));
    return json_reply(body);
}

}  // namespace liuhen::server::http
