// Those who drive one manifest through its life over an unreliable network, and remember what they
// were told.
#pragma once

#include "tests/world/truck.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace liuhen::world {

class Clerk : public std::enable_shared_from_this<Clerk> {
public:
    Clerk(Stage& stage, int no, FindServer find);

    /// Acts from now on, until the manifest is at its end or `until` has come.
    awaitable<void> work(Instant until);
    [[nodiscard]] bool is_over() const { return over_; }
    /// What it was told is stored: to be called at the end.
    void audit() const;

private:
    awaitable<Answer> ask(Asked asked);
    awaitable<void> read();
    [[nodiscard]] Asked next();
    Duration idle_time();

    Stage& stage_;
    ManifestId id_;
    FindServer find_;
    simulators::Chance chance_;
    manifest::Manifest known_;
    std::vector<std::pair<std::uint32_t, manifest::Event>> told_;
    bool over_ = false;
};

}  // namespace liuhen::world
