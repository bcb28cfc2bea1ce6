#include "tests/world/truck.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace liuhen::world {
namespace {

constexpr Duration beat_every{3'000};
constexpr std::size_t window = 4'096;  // bytes

simulators::Monotonic monotonic(const Schedule& schedule) {
    return simulators::Monotonic{schedule.now().time_since_epoch()};
}

/// Reads what CopyBuffer wrote.
class CopyReader {
public:
    explicit CopyReader(const std::vector<std::byte>& bytes) : bytes_(bytes) {}
    std::int64_t integer(std::size_t size) {
        if (at_ + size > bytes_.size()) throw std::runtime_error{"a row in quarantine is cut"};
        std::uint64_t value = bytes_[at_] >= std::byte{0x80} ? ~0ULL : 0ULL;
        for (; size > 0; --size)
            value = value << 8U | std::to_integer<std::uint64_t>(bytes_[at_++]);
        return static_cast<std::int64_t>(value);
    }
    std::int64_t field() { return integer(static_cast<std::size_t>(integer(4))); }
    void skip(std::size_t size) { at_ += size; }

private:
    const std::vector<std::byte>& bytes_;
    std::size_t at_ = 0;
};

}  // namespace

ObservationKey key_in(const store::QuarantineRow& row) {
    constexpr std::size_t copy_header = 19;
    constexpr std::size_t count_of_fields = 2;
    CopyReader reader{row.bytes};
    reader.skip(copy_header + count_of_fields);
    ObservationKey key;
    key.terminal = static_cast<std::int32_t>(reader.field());
    reader.field();
    const auto year_2000 = *parse_iso("2000-01-01T00:00:00Z");
    key.at = year_2000 + Duration{reader.field() / 1'000};
    key.kind = static_cast<std::int16_t>(reader.field());
    key.hash = reader.field();
    return key;
}

bool is_kept(const Stage& stage, int truck, Instant at) {
    const auto& tables = stage.database.tables;
    const auto stored = tables.observations.lower_bound(
        {truck + 1, at, 1, std::numeric_limits<std::int64_t>::min()});
    if (stored != tables.observations.end() && stored->first.terminal == truck + 1 &&
        stored->first.at == at && stored->first.kind == 1)
        return true;
    return std::ranges::any_of(tables.quarantine, [&](const store::QuarantineRow& row) {
        if (row.fault != "observation_refused") return false;
        const auto key = key_in(row);
        return key.terminal == truck + 1 && key.at == at;
    });
}

Truck::Truck(Stage& stage, int no, std::vector<Told> story, simulators::Network radio,
             FindServer find)
    : stage_(stage),
      no_(no),
      story_(std::move(story)),
      terminal_(stage.trucks[static_cast<std::size_t>(no)].number, no % 2 == 0 ? "2013" : "2019",
                stage.trucks[static_cast<std::size_t>(no)].plate, radio, Duration{10'000},
                simulators::Chance{stage.seed, "truck" + std::to_string(no)}),
      find_(std::move(find)) {}

void Truck::start() {
    drive();
    beat();
}

void Truck::drive() {
    while (next_ < story_.size() && story_[next_].fix.at <= stage_.schedule.now()) {
        terminal_.record(story_[next_].fix, story_[next_].condition);
        ++next_;
    }
    if (next_ == story_.size()) return;
    stage_.schedule.after(story_[next_].fix.at - stage_.schedule.now(),
                          [self = shared_from_this()] { self->drive(); });
}

void Truck::beat() {
    if (!line_) {
        connect();
    } else {
        send_due();
    }
    const auto next = beat_every / 2 + stage_.some(beat_every);
    stage_.schedule.after(next, [self = shared_from_this()] { self->beat(); });
}

void Truck::connect() {
    const auto server = find_();
    if (!server) return;
    const Connection::Ear ear{.bytes =
                                  [this](telematics::ByteView bytes) {
                                      terminal_.hear(bytes);
                                      check_acknowledged();
                                      send_due();
                                  },
                              .lost =
                                  [this] {
                                      line_.reset();
                                      terminal_.lost();
                                      ++stage_.account.cuts;
                                  }};
    line_ = std::make_shared<Connection>(stage_.schedule, stage_.chance, stage_.roads, no_, ear);
    line_->open();
    server_ = server;
    server->accept(line_->line);
    send(terminal_.greet(monotonic(stage_.schedule)));
}

// As TCP holds back who sends to somebody that does not read.
void Truck::send_due() {
    if (!line_ || line_->unread() > window) return;
    send(terminal_.due(stage_.schedule.now(), monotonic(stage_.schedule)));
}

void Truck::send(telematics::Bytes bytes) {
    if (bytes.empty() || !line_) return;
    line_->to_server(std::move(bytes));
}

void Truck::server_is_gone(const Server& server, Duration most) {
    if (line_ && server_.lock().get() == &server) line_->server_is_gone(most);
}

// Never an acknowledgement before the commit.
void Truck::check_acknowledged() {
    const auto& acked = terminal_.tally().acked;
    if (acked.size() == checked_.size()) return;
    for (const Instant at : acked) {
        if (!checked_.insert(at).second) continue;
        ++stage_.account.acknowledged;
        if (!is_kept(stage_, no_, at))
            stage_.account.complain("truck " + std::to_string(no_) + " was told of its fix of " +
                                    to_iso(at) + " before it was stored");
    }
}

}  // namespace liuhen::world
