// The next messages of a webhook, out of the feeds, in its owner's eyes.
#pragma once

#include "server/database.hpp"
#include "server/feed.hpp"
#include "server/store/webhook_lines.hpp"

#include <map>
#include <string>
#include <vector>

namespace liuhen::server {

/// Lives on the front thread, where the feed does. What it remembers saves looking twice at what
/// was for others; nothing is lost with it.
class WebhookReader {
public:
    using Cursors = std::map<webhook::FeedName, std::int64_t>;
    struct Page {
        std::vector<webhook::Message> messages;  ///< in the order in which they are to be sent
        Cursors next;                            ///< of each feed, once all of them are told
    };

    WebhookReader(Database& database, Feed& feed) : database_(database), feed_(feed) {}

    /// Gives what was committed its place in the order of changes. Throws DatabaseDown.
    awaitable<void> look_ahead();
    /// False: everything up to now was read for this webhook, as of `changed`, and told.
    [[nodiscard]] bool has_news(const std::string& webhook, std::int64_t changed) const;
    /// The next messages of those that it wants. Throws DatabaseDown.
    awaitable<Page> read(const store::WebhookLine& line);
    /// All of a page was told.
    void note_told(const store::WebhookLine& line, const Page& page);
    /// A message was not taken, or the webhook is gone: to be read again from its cursors.
    void forget(const std::string& webhook) { told_.erase(webhook); }

    static constexpr std::size_t page_size = 50;  ///< events of a feed

private:
    struct Told {
        std::int64_t changed{};  ///< of the webhook, when this was so
        Cursors cursors;
    };
    [[nodiscard]] Cursors from(const store::WebhookLine& line) const;
    awaitable<void> read_alerts(const store::WebhookLine& line, std::int64_t after, Page& page);
    awaitable<void> read_changes(const store::WebhookLine& line, std::int64_t after, Page& page);

    Database& database_;
    Feed& feed_;
    std::int64_t newest_change_ = 0;
    std::map<std::string, Told> told_;  ///< by webhook
};

}  // namespace liuhen::server
