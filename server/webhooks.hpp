// Sends what the feeds tell to those who asked for it at an address of theirs: at least once, in
// the feeds' order, on from where it was after any restart.
#pragma once

#include "server/database.hpp"
#include "server/outbound/http_client.hpp"
#include "server/store/webhook_lines.hpp"
#include "server/vault.hpp"
#include "server/webhook_lanes.hpp"
#include "server/webhook_reader.hpp"

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace liuhen::server {

/// Lives on the front thread, where the feed does. One message of a webhook is under way at a time,
/// so that its order is kept; targets that are not quick share few threads, one of an owner at a
/// time, so that they delay each other and nobody else.
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
    [[nodiscard]] std::size_t at_work() const { return lanes_.at_work(); }
    /// Ends what is under way within a second; it is sent again another time.
    void stop();

    static constexpr int most_due = 10'000;               ///< looked at in one pass
    static constexpr int pages_a_turn = 4;                ///< then the others come first
    static constexpr std::chrono::seconds slow_turn{30};  ///< as well
    static constexpr std::chrono::days tries_kept{14};
    static constexpr std::chrono::days letters_kept{90};

private:
    /// One webhook's turn.
    struct Turn {
        store::WebhookLine line;
        Lane lane{};
        Monotonic until;  ///< then it ends behind the message that is under way
    };
    awaitable<void> count();
    awaitable<void> serve(std::string id, Lane lane);
    awaitable<void> send_letters(Turn& turn);
    awaitable<bool> send_page(Turn& turn);
    awaitable<bool> send(Turn& turn, webhook::Message message);
    awaitable<OutboundAnswer> post(const Turn& turn, const std::string& id,
                                   const std::string& body);
    awaitable<std::vector<std::string>> open_secrets(const store::WebhookLine& line);

    Database& database_;
    WebhookReader reader_;
    std::shared_ptr<const Vault> vault_;
    HttpClient client_;
    Now now_;
    WebhookLanes lanes_;
    std::optional<Monotonic> counted_at_;  ///< for /metrics
    std::minstd_rand dice_;
    bool stopped_ = false;
    asio::thread_pool for_quick_{6};  ///< threads that wait for targets
    asio::thread_pool for_slow_{4};   ///< for those that were not quick, or are new
};

}  // namespace liuhen::server
