#include "server/webhook_reader.hpp"

#include "server/change_order.hpp"

#include <algorithm>

namespace liuhen::server {
namespace {

using store::WebhookLine;
using webhook::FeedName;
using webhook::Message;

constexpr std::int64_t looked_through = 20'000;  ///< changes a page, for an area's few among all

bool wants(const WebhookLine& line, const std::string& kind) {
    return std::find(line.kinds.begin(), line.kinds.end(), kind) != line.kinds.end();
}

FeedFilter filter_of(const WebhookLine& line) { return {line.tiers, line.party, line.division}; }

Identity identity_of(const WebhookLine& line) {
    Identity who;
    who.role = line.role;
    who.party = line.party;
    who.division = line.division;
    who.rank = "reader";
    return who;
}

// Of one feed always in its own order: none earlier than the one before it.
void straighten(std::vector<Message>& messages, std::size_t from) {
    for (std::size_t i = from + 1; i < messages.size(); ++i)
        messages[i].time = std::max(messages[i].time, messages[i - 1].time);
}

}  // namespace

awaitable<void> WebhookReader::look_ahead() {
    auto ordering = order_changes(database_);
    newest_change_ = co_await std::move(ordering);
}

// One whose last try failed, or that was changed since, is looked at in any case.
bool WebhookReader::has_news(const std::string& webhook, std::int64_t changed) const {
    const auto found = told_.find(webhook);
    if (found == told_.end() || found->second.changed != changed) return true;
    const Cursors& cursors = found->second.cursors;
    return std::any_of(cursors.begin(), cursors.end(), [this](const auto& reached) {
        const bool alerts = reached.first == FeedName::alerts;
        return reached.second < (alerts ? feed_.newest() : newest_change_);
    });
}

WebhookReader::Cursors WebhookReader::from(const WebhookLine& line) const {
    Cursors all = line.cursors;
    const auto found = told_.find(line.id);
    if (found == told_.end()) return all;
    for (auto& [feed, no] : all) {
        const auto reached = found->second.cursors.find(feed);
        if (reached != found->second.cursors.end()) no = std::max(no, reached->second);
    }
    return all;
}

void WebhookReader::note_told(const WebhookLine& line, const Page& page) {
    told_[line.id] = {line.changed, page.next};
}

// By the time they were recorded. What is later than the end of a full page waits for the next,
// since that may hold something earlier.
awaitable<WebhookReader::Page> WebhookReader::read(const WebhookLine& line) {
    Page page;
    Cursors reached = from(line);
    Instant until = Instant::max();
    for (const auto& [feed, after] : reached) {
        const auto before = page.messages.size();
        auto reading = feed == FeedName::alerts ? read_alerts(line, after, page)
                                                : read_changes(line, after, page);
        co_await std::move(reading);
        straighten(page.messages, before);
        if (page.messages.size() - before >= page_size)
            until = std::min(until, page.messages.back().time);
    }
    std::stable_sort(page.messages.begin(), page.messages.end(),
                     [](const Message& a, const Message& b) { return a.time < b.time; });
    const auto rest = std::find_if(page.messages.begin(), page.messages.end(),
                                   [until](const Message& one) { return one.time > until; });
    for (auto one = page.messages.begin(); one != rest; ++one) reached[one->feed] = one->no;
    for (auto one = rest; one != page.messages.end(); ++one)
        page.next[one->feed] = reached[one->feed];
    page.messages.erase(rest, page.messages.end());
    std::erase_if(page.messages, [&line](const Message& one) { return !wants(line, one.kind); });
    co_return page;
}

awaitable<void> WebhookReader::read_alerts(const WebhookLine& line, std::int64_t after,
                                           Page& page) {
    auto reading = feed_.after(after, page_size, filter_of(line));
    const FeedPage told = co_await std::move(reading);
    for (const auto& item : told.items)
        page.messages.push_back(
            webhook::message_of(line.id, FeedName::alerts, item->no, item->event_json));
    page.next[FeedName::alerts] = told.next;
}

awaitable<void> WebhookReader::read_changes(const WebhookLine& line, std::int64_t after,
                                            Page& page) {
    const auto until =
        line.party.empty() ? std::min(newest_change_, after + looked_through) : newest_change_;
    const store::ChangeQuery query{after, until, static_cast<int>(page_size)};
    auto read = [query, party = !line.party.empty()](pqxx::work& db) {
        return party ? store::changes_of_party(db, query) : store::changes_of_area(db, query);
    };
    auto reading = database_.transact_as(identity_of(line), std::move(read));
    const auto changes = co_await std::move(reading);
    for (const auto& one : changes)
        page.messages.push_back(
            webhook::message_of(line.id, FeedName::manifests, one.no, webhook::change_event(one)));
    page.next[FeedName::manifests] = changes.size() < page_size ? until : changes.back().no;
}

}  // namespace liuhen::server
