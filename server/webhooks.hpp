// Sends what the feeds tell to those who asked for it at an address of theirs: at least once, in
// the feeds' order, on from where it was after any restart.
#pragma once

#include "server/database.hpp"
#include "server/outbound/http_client.hpp"
#include "server/store/webhook_lines.hpp"
#include "server/vault.hpp"
#include "server/webhook_reader.hpp"

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace liuhen::server {

/// Lives on the front thread, where the feed does. One message of a webhook is under way at a time,
/// so that its order is kept; targets that fail share few threads, so that they delay each other
/// and nobody else.
class Webhooks {
public:
    using Now = std::function<Instant()>;

    Webhooks(Database& database, Feed& feed, std::shared_ptr<const Vault> vault,
             OutboundPolicy policy, Now now, OutboundLimits limits = {});

    /// Looks who has something to be sent and begins with it, without waiting for any target. To be
    /// called every second or so; returns how many it began. Throws DatabaseDown.
    awaitable<std::size_t> pass();
    /// Forgets old tries and letters. To be called every hour or so.
    awaitable<void> forget();
    /// How many webhooks are worked through at present.
    [[nodiscard]] std::size_t at_work() const { return at_work_.size(); }
    /// Ends what is under way within a second; it is sent again another time.
    void stop();

    static constexpr int most_due = 10'000;          ///< looked at in one pass
    static constexpr std::size_t most_at_work = 64;  ///< webhooks at a time
    static constexpr int pages_a_turn = 4;           ///< then the others come first
    static constexpr std::chrono::days tries_kept{14};
    static constexpr std::chrono::days letters_kept{90};

private:
    awaitable<void> serve(std::string id);
    awaitable<void> send_letters(const store::WebhookLine& line);
    awaitable<bool> send_page(store::WebhookLine& line);
    awaitable<bool> send(store::WebhookLine& line, webhook::Message message);
    awaitable<OutboundAnswer> post(const store::WebhookLine& line, const std::string& id,
                                   const std::string& body);
    awaitable<std::vector<std::string>> open_secrets(const store::WebhookLine& line);

    Database& database_;
    WebhookReader reader_;
    std::shared_ptr<const Vault> vault_;
    HttpClient client_;
    Now now_;
    std::set<std::string> at_work_;
    std::minstd_rand dice_;
    bool stopped_ = false;
    asio::thread_pool for_well_{6};     ///< threads that wait for targets
    asio::thread_pool for_failing_{2};  ///< for those whose last try failed
};

}  // namespace liuhen::server
