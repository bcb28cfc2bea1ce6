// The journal of a simulated server: the real one's decisions, without its thread and connection.
#pragma once

#include "server/storing.hpp"
#include "tests/world/stage.hpp"

#include <deque>
#include <exception>
#include <functional>
#include <memory>

namespace liuhen::world {

class Journal : public std::enable_shared_from_this<Journal> {
public:
    /// `alive` is the server's; `stored` is called after each commit, before anybody goes on.
    Journal(Stage& stage, std::shared_ptr<const bool> alive,
            std::function<void(const store::Entry&)> stored);

    /// Returns once the entry is committed.
    awaitable<server::Stored> append(store::Entry entry);

private:
    struct Waiting {
        store::Entry entry;
        std::shared_ptr<Bell> bell;
        std::shared_ptr<server::Stored> how;
    };
    void work();

    Stage& stage_;
    std::shared_ptr<const bool> alive_;
    std::function<void(const store::Entry&)> stored_;
    Database::Link link_;
    server::Storing storing_;
    std::deque<Waiting> gathering_;
    bool at_work_ = false;
};

}  // namespace liuhen::world
