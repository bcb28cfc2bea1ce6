// A simulated truck: the simulators' terminal, which speaks real bytes, on simulated connections.
#pragma once

#include "simulators/terminal.hpp"
#include "tests/world/server.hpp"

#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace liuhen::world {

/// Finds a server to connect to; null: none answers.
using FindServer = std::function<std::shared_ptr<Server>()>;

class Truck : public std::enable_shared_from_this<Truck> {
public:
    /// One thing to tell.
    struct Told {
        Fix fix;
        simulators::Condition condition;
    };
    Truck(Stage& stage, int no, std::vector<Told> story, simulators::Network radio,
          FindServer find);

    /// Drives its story from now on.
    void start();
    /// Its server is gone; it learns so within `most`.
    void server_is_gone(const Server& server, Duration most);
    /// Everything was told and acknowledged.
    [[nodiscard]] bool settled() const { return next_ == story_.size() && terminal_.settled(); }
    [[nodiscard]] const simulators::Tally& tally() const { return terminal_.tally(); }
    [[nodiscard]] int no() const { return no_; }

private:
    void drive();
    void beat();
    void connect();
    void send_due();
    void send(telematics::Bytes bytes);
    void check_acknowledged();

    Stage& stage_;
    int no_;
    std::vector<Told> story_;
    simulators::Terminal terminal_;
    FindServer find_;
    std::size_t next_ = 0;
    std::shared_ptr<Connection> line_;
    std::weak_ptr<Server> server_;
    std::set<Instant> checked_;  ///< acknowledged, and found to be stored then
};

/// True when a fix of that device time is stored, or as bad data in quarantine.
bool is_kept(const Stage& stage, int truck, Instant at);
/// The key of an observation in quarantine. Throws when it is none.
ObservationKey key_in(const store::QuarantineRow& row);

}  // namespace liuhen::world
