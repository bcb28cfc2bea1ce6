#include "tests/world/journal.hpp"

namespace liuhen::world {
namespace {

// They count and tell nothing of a single world.
server::Metrics& metrics() {
    static server::Metrics shared;
    return shared;
}
server::Health& health() {
    static server::Health shared;
    return shared;
}

}  // namespace

Journal::Journal(Stage& stage, std::shared_ptr<const bool> alive,
                 std::function<void(const store::Entry&)> stored)
    : stage_(stage),
      alive_(std::move(alive)),
      stored_(std::move(stored)),
      storing_(
          [this](auto entries, auto way, auto end) {
              return stage_.database.write(link_, *alive_, entries, way, end);
          },
          [this](auto time) {
              stage_.schedule.run_for(time);
              if (!*alive_) throw Crashed{};
              return true;
          },
          metrics(), health()) {}

awaitable<server::Stored> Journal::append(store::Entry entry) {
    if (entry.empty()) co_return server::Stored::whole;
    auto bell = std::make_shared<Bell>(stage_.schedule);
    auto how = std::make_shared<server::Stored>();
    gathering_.push_back({std::move(entry), bell, how});
    if (!std::exchange(at_work_, true))
        stage_.schedule.after({}, [self = shared_from_this()] { self->work(); });
    co_await bell->wait();
    co_return *how;
}

// Blocks as the real one's thread does, and everything else goes on meanwhile.
void Journal::work() {
    try {
        while (*alive_ && !gathering_.empty()) {
            auto batch = server::take_batch(gathering_);
            std::vector<store::Entry*> entries;
            for (auto& one : batch) entries.push_back(&one.entry);
            storing_.store_all(entries, [&](auto first, auto count, const auto&, auto how) {
                for (auto i = first; i < first + count; ++i) {
                    stored_(batch[i].entry);
                    *batch[i].how = how;
                    batch[i].bell->ring();
                }
            });
        }
        at_work_ = false;
    } catch (const Crashed&) {  // the process is gone, and this thread with it
        gathering_.clear();
    }
}

}  // namespace liuhen::world
