// The one order in which alerts are told. Numbers are given to committed rows only, by one task, so
// that a reader by cursor never skips one and never sees one twice.
#pragma once

#include "server/database.hpp"
#include "server/metrics.hpp"
#include "server/store/alerts.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace liuhen::server {

/// One told revision of an alert.
struct FeedItem {
    std::int64_t no{};  ///< the cursor
    std::string alert;
    std::int32_t revision{};
    char tier{};                     ///< 'A', 'B', 'C'
    std::string carrier_id;          ///< whose truck; empty: unknown
    std::vector<std::string> areas;  ///< divisions of 2, 4 and 6 digits that it touches
    std::string event_json;          ///< the CloudEvents body
};
using FeedItems = std::vector<std::shared_ptr<const FeedItem>>;

/// What a reader wants and may see.
struct FeedFilter {
    std::string tiers;       ///< any of "ABC"; empty: all
    std::string carrier_id;  ///< a carrier sees its own trucks; empty: all
    std::string division{};  ///< an authority sees what touches it; empty: the whole country
    [[nodiscard]] bool passes(const FeedItem& item) const {
        return (tiers.empty() || tiers.find(item.tier) != std::string::npos) &&
               (carrier_id.empty() || carrier_id == item.carrier_id) &&
               (division.empty() ||
                std::find(item.areas.begin(), item.areas.end(), division) != item.areas.end());
    }
};

/// Makes the CloudEvents body of a numbered revision.
using EventWriter = std::function<std::string(const store::NumberedAlert&)>;

/// A page of the feed. `next` is where to go on: beyond filtered items too.
struct FeedPage {
    FeedItems items;
    std::int64_t next{};
};

/// Lives on the front thread: every member but `wake` is called there.
class Feed {
public:
    Feed(asio::io_context& front, Database& database, Metrics& metrics, EventWriter write,
         std::size_t kept);

    /// Up to `limit` items (1..1000) beyond `no` that pass. Throws DatabaseDown when old items have
    /// to be read and cannot.
    awaitable<FeedPage> after(std::int64_t no, std::size_t limit, FeedFilter filter);
    /// Returns when something beyond `no` is told, the time is over or the feed stops.
    awaitable<void> wait_beyond(std::int64_t no, std::chrono::milliseconds at_most);
    /// Number of the newest item told; 0: none.
    [[nodiscard]] std::int64_t newest() const { return newest_; }
    /// True when `no` was given out, by this run or an earlier one. Throws DatabaseDown until the
    /// feed has read how far earlier runs came.
    [[nodiscard]] bool has_given(std::int64_t no) const;

    /// Something was committed: number it soon. From any thread.
    void wake();
    /// Numbers and tells until stopped.
    awaitable<void> run();
    void stop();

private:
    // A reader's timer in the list of those to wake, for as long as it waits.
    struct Listening {
        Listening(std::shared_ptr<std::list<asio::steady_timer*>> all, asio::steady_timer& timer)
            : list(std::move(all)), place(list->insert(list->end(), &timer)) {}
        ~Listening() { list->erase(place); }
        Listening(const Listening&) = delete;
        Listening& operator=(const Listening&) = delete;
        std::shared_ptr<std::list<asio::steady_timer*>> list;
        std::list<asio::steady_timer*>::iterator place;
    };

    awaitable<void> begin();
    awaitable<void> tell_new();
    [[nodiscard]] std::shared_ptr<const FeedItem> item_of(const store::NumberedAlert& one) const;
    void keep(const store::NumberedAlert& one);
    void take_recent(FeedPage& page, std::size_t limit, const FeedFilter& filter) const;
    void tell_metrics() const;
    void wake_readers();

    asio::io_context& front_;
    Database& database_;
    Metrics& metrics_;
    EventWriter write_;
    std::size_t kept_;
    std::deque<std::shared_ptr<const FeedItem>> recent_;  ///< ascending, without holes
    std::unordered_map<std::string, char> open_;          ///< lasting alerts and their tiers
    std::int64_t newest_ = 0;
    std::int64_t given_before_ = 0;  ///< newest number of earlier runs
    asio::steady_timer bell_;
    bool begun_ = false;
    bool rung_ = false;
    bool stopped_ = false;
    /// Shared with the readers: one that is still suspended when the feed goes takes itself out.
    std::shared_ptr<std::list<asio::steady_timer*>> waiting_ =
        std::make_shared<std::list<asio::steady_timer*>>();
};

}  // namespace liuhen::server
