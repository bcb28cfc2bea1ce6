// The one order in which alerts are told. Numbers are given to committed rows only, by one task, so
// that a reader by cursor never skips one and never sees one twice.
#pragma once

#include "server/database.hpp"
#include "server/metrics.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace liuhen::server {

/// One told revision of an alert.
struct FeedItem {
    std::int64_t no{};  ///< the cursor
    std::string alert;
    std::int32_t revision{};
    char tier{};             ///< 'A', 'B', 'C'
    std::string carrier_id;  ///< whose truck; empty: unknown
    std::string event_json;  ///< the CloudEvents body
};
using FeedItems = std::vector<std::shared_ptr<const FeedItem>>;

/// What a reader wants and may see.
struct FeedFilter {
    std::string tiers;       ///< any of "ABC"; empty: all
    std::string carrier_id;  ///< a carrier sees its own trucks; empty: all
    [[nodiscard]] bool passes(const FeedItem& item) const {
        return (tiers.empty() || tiers.find(item.tier) != std::string::npos) &&
               (carrier_id.empty() || carrier_id == item.carrier_id);
    }
};

/// A page of the feed. `next` is where to go on: beyond filtered items too.
struct FeedPage {
    FeedItems items;
    std::int64_t next{};
};

/// Lives on the front thread: every member but `wake` is called there.
class Feed {
public:
    Feed(asio::io_context& front, Database& database, Metrics& metrics, std::size_t kept);

    /// Up to `limit` items (1..1000) beyond `no` that pass. Throws DatabaseDown when old items have
    /// to be read and cannot.
    awaitable<FeedPage> after(std::int64_t no, std::size_t limit, FeedFilter filter);
    /// Returns when something beyond `no` is told, the time is over or the feed stops.
    awaitable<void> wait_beyond(std::int64_t no, std::chrono::milliseconds at_most);
    /// Number of the newest item told; 0: none.
    [[nodiscard]] std::int64_t newest() const { return newest_; }

    /// Something was committed: number it soon. From any thread.
    void wake();
    /// Numbers and tells until stopped.
    awaitable<void> run();
    void stop();

private:
    awaitable<void> tell_new();
    void keep(std::shared_ptr<const FeedItem> item);
    void wake_readers();

    asio::io_context& front_;
    Database& database_;
    Metrics& metrics_;
    std::size_t kept_;
    std::deque<std::shared_ptr<const FeedItem>> recent_;  ///< ascending, without holes
    std::int64_t newest_ = 0;
    asio::steady_timer bell_;
    bool rung_ = false;
    bool stopped_ = false;
    std::list<asio::steady_timer*> waiting_;
};

}  // namespace liuhen::server
