// Manifests and quotas of a simulated server: the real lifecycle and allotment, in transactions of
// the simulated store.
#pragma once

#include "manifest/lifecycle.hpp"
#include "tests/world/stage.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace liuhen::world {

/// What a clerk sends.
struct Asked {
    ManifestId id;
    manifest::Request request;
    manifest::Facts facts;
};

struct Answer {
    enum class Outcome : std::uint8_t { done, refused, unknown } outcome = Outcome::unknown;
    std::uint32_t version{};  ///< with `done`
    std::string fault;        ///< with `refused`: the first code
};

/// Judges and stores one act. Throws DatabaseDown; then it is done or not. `told` is for
/// Bug::answer_before_event alone.
awaitable<Answer> act(Stage& stage, Asked asked, std::function<void(Answer)> told);

/// Plan and licence of the one producer and the one receiver; both leave `limit` for the same.
std::vector<manifest::QuotaRow> quota_rows(Grams limit);

/// Histories explain states, numbers have no gap, and what is held is what the states ask for.
void audit_books(Stage& stage);

}  // namespace liuhen::world
