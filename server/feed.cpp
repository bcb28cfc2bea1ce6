#include "server/feed.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace liuhen::server {
namespace {

constexpr std::size_t told_at_once = 500;
constexpr std::chrono::seconds look_again{1};  ///< for rows of other processes and lost wakes

// What to tell beyond `no`, after everything committed has its number.
struct News {
    std::int64_t no{};
    bool number_first = false;
    std::vector<store::NumberedAlert> operator()(pqxx::work& transaction) const {
        if (number_first) store::number_new_alerts(transaction);
        return store::numbered_after(transaction, no, told_at_once);
    }
};
struct Start {
    std::int64_t newest{};
    std::vector<store::OpenAlert> open;
};
Start read_start(pqxx::work& transaction) {
    return {store::newest_number(transaction), store::open_alerts(transaction)};
}

}  // namespace

Feed::Feed(asio::io_context& front, Database& database, Metrics& metrics, EventWriter write,
           std::size_t kept)
    : front_(front),
      database_(database),
      metrics_(metrics),
      write_(std::move(write)),
      kept_(kept),
      bell_(front) {}

void Feed::wake() {
    asio::post(front_, [this] {
        rung_ = true;
        bell_.cancel();
    });
}

void Feed::stop() {
    stopped_ = true;
    bell_.cancel();
    wake_readers();
}

awaitable<void> Feed::run() {
    while (!stopped_) {
        rung_ = false;
        try {
            if (!begun_) co_await begin();
            co_await tell_new();
        } catch (const std::exception& fault) {
            log::warn("feed.waits", {{"fault", fault.what()}});
        }
        if (rung_ || stopped_) continue;
        bell_.expires_after(look_again);
        boost::system::error_code cut_short;
        auto patience = asio::redirect_error(asio::use_awaitable, cut_short);
        co_await bell_.async_wait(patience);
    }
}

// The newest `kept_` items of earlier runs, and what stands open.
awaitable<void> Feed::begin() {
    auto reading = database_.transact(read_start);
    const auto start = co_await std::move(reading);
    open_.clear();
    for (const auto& one : start.open) open_.emplace(one.alert, one.tier);
    newest_ = std::max<std::int64_t>(0, start.newest - static_cast<std::int64_t>(kept_));
    given_before_ = start.newest;
    begun_ = true;
}

bool Feed::has_given(std::int64_t no) const {
    if (!begun_) throw DatabaseDown{"the feed has not been read yet"};
    return no <= std::max(newest_, given_before_);
}

awaitable<void> Feed::tell_new() {
    News news{.no = newest_, .number_first = true};
    for (;;) {
        auto reading = database_.transact(news);
        const auto told = co_await std::move(reading);
        for (const auto& one : told) keep(one);
        if (!told.empty()) {
            tell_metrics();
            wake_readers();
        }
        if (told.size() < told_at_once) co_return;
        news = {.no = newest_, .number_first = false};
    }
}

std::shared_ptr<const FeedItem> Feed::item_of(const store::NumberedAlert& one) const {
    return std::make_shared<const FeedItem>(FeedItem{.no = one.no,
                                                     .alert = one.row.alert,
                                                     .revision = one.row.revision,
                                                     .tier = one.row.tier,
                                                     .carrier_id = one.row.carrier_id,
                                                     .areas = one.row.areas,
                                                     .event_json = write_(one)});
}

void Feed::keep(const store::NumberedAlert& one) {
    recent_.push_back(item_of(one));
    newest_ = one.no;
    if (recent_.size() > kept_) recent_.pop_front();
    if (one.row.what == "withdrawn" || one.row.until) {
        open_.erase(one.row.alert);
    } else {
        open_[one.row.alert] = one.row.tier;
    }
}

void Feed::tell_metrics() const {
    std::array<std::int64_t, 3> counts{};
    for (const auto& [alert, tier] : open_) ++counts.at(static_cast<std::size_t>(tier - 'A'));
    for (char tier = 'A'; tier <= 'C'; ++tier) {
        metrics_.open_alerts(tier, counts.at(static_cast<std::size_t>(tier - 'A')));
    }
    metrics_.feed_newest(newest_);
}

awaitable<FeedPage> Feed::after(std::int64_t no, std::size_t limit, FeedFilter filter) {
    FeedPage page{.items = {}, .next = no};
    while (page.next < newest_ && page.items.size() < limit) {
        if (!recent_.empty() && page.next >= recent_.front()->no - 1) {
            take_recent(page, limit, filter);
            break;
        }
        const News news{.no = page.next, .number_first = false};
        auto reading = database_.transact(news);
        const auto old = co_await std::move(reading);
        if (old.empty()) break;
        for (const auto& one : old) {
            if (page.items.size() >= limit || one.no > newest_) break;
            page.next = one.no;
            auto item = item_of(one);
            if (filter.passes(*item)) page.items.push_back(std::move(item));
        }
    }
    co_return page;
}

void Feed::take_recent(FeedPage& page, std::size_t limit, const FeedFilter& filter) const {
    const auto beyond = [&](const auto& item) { return item->no <= page.next; };
    for (auto at = std::partition_point(recent_.begin(), recent_.end(), beyond);
         at != recent_.end() && page.items.size() < limit; ++at) {
        page.next = (*at)->no;
        if (filter.passes(**at)) page.items.push_back(*at);
    }
}

awaitable<void> Feed::wait_beyond(std::int64_t no, std::chrono::milliseconds at_most) {
    if (newest_ > no || stopped_) co_return;
    asio::steady_timer timer{front_, at_most};
    const Listening listening{waiting_, timer};
    boost::system::error_code cut_short;
    auto patience = asio::redirect_error(asio::use_awaitable, cut_short);
    co_await timer.async_wait(patience);
}

void Feed::wake_readers() {
    for (auto* timer : *waiting_) timer->cancel();
}

}  // namespace liuhen::server
