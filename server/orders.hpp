// Orders to devices, as the sessions see them: kept in the database, so that they outlive the
// process. What was said when it ended is open again.
#pragma once

#include "server/asked_together.hpp"
#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/order_book.hpp"

#include <functional>
#include <string>
#include <vector>

namespace liuhen::server {

/// Terminals whose orders are looked for in one transaction.
inline constexpr std::size_t orders_together = 256;

/// Safe from any thread.
class Orders final : public OrderBook {
public:
    /// Tells the session of a terminal that there is something to say.
    using Nudge = std::function<void(const TerminalId&)>;
    /// Fills in the secret that a lock wants with a command; orders are stored without. Runs inside
    /// a transaction as liuhen_core.
    using Secret = std::function<void(pqxx::work&, telematics::LockCommand&)>;

    Orders(Database& database, const Clock& clock, Nudge nudge, Secret secret);

    awaitable<std::vector<telematics::Order>> open_for(TerminalId terminal) override;
    awaitable<int> saying(std::string order) override;
    awaitable<void> untold(std::string order, telematics::Untold why) override;
    awaitable<void> answered(TerminalId terminal,
                             std::vector<telematics::OrderAnswer> answers) override;
    awaitable<std::vector<std::string>> ended_of(std::vector<std::string> orders) override;
    awaitable<void> cut_off(TerminalId terminal) override;
    awaitable<std::vector<Awaited>> taken_up(TerminalId terminal) override;
    awaitable<void> taken_over(TerminalId terminal, std::map<std::string, int> told) override;

    /// Once, before devices are let in: what a former process had said is open again, and routes of
    /// manifests that ended meanwhile are taken back.
    awaitable<void> begin();
    /// Ends what is past its time and has sessions repeat none of it; how many orders that were. To
    /// be called every second or so.
    awaitable<std::size_t> sweep();
    /// A manifest took a transition: once it is over, terminals forget the route they watched for
    /// it.
    awaitable<void> manifest_changed(ManifestId manifest);
    /// An order of this terminal was committed.
    void nudge(const TerminalId& terminal) const;

private:
    std::vector<std::vector<telematics::Order>> read_open(
        pqxx::work& db, const std::vector<TerminalId>& terminals) const;
    std::vector<std::vector<Awaited>> take_up(pqxx::work& db,
                                              const std::vector<TerminalId>& terminals) const;

    Database& database_;
    const Clock& clock_;
    Nudge nudge_;
    Secret secret_;
    // Terminals that come on line at the same time.
    AskedTogether<TerminalId, std::vector<telematics::Order>> open_;
    AskedTogether<TerminalId, std::vector<Awaited>> taken_up_;
};

}  // namespace liuhen::server
