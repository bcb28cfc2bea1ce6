// A simulated connection between a device and a server: bytes arrive late, in pieces, and not at
// all once it is cut; either end may not notice.
#pragma once

#include "simulators/chance.hpp"
#include "telematics/bytes.hpp"
#include "tests/world/schedule.hpp"

#include <functional>
#include <memory>

namespace liuhen::world {

/// How it treats what is sent; changed as the story goes.
struct Roads {
    Duration slowest{300};   ///< a piece takes so long at most
    double cut = 0;          ///< of what is sent at once, a part arrives and the connection is gone
    double half_open = 0.3;  ///< a cut that the server's end does not notice
};

/// The server's end.
struct Line {
    Line(Schedule& schedule, int of) : truck(of), bell(std::make_shared<Bell>(schedule)) {}
    int truck;
    telematics::Bytes inbox;
    bool over = false;  ///< nothing more comes, nothing can be sent
    std::shared_ptr<Bell> bell;
    std::function<void(telematics::Bytes)> send;
    void end() {
        over = true;
        bell->ring();
    }
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    /// What the device's end hears.
    struct Ear {
        std::function<void(telematics::ByteView)> bytes;
        std::function<void()> lost;
    };
    Connection(Schedule& schedule, simulators::Chance& chance, const Roads& roads, int truck,
               Ear ear)
        : line(std::make_shared<Line>(schedule, truck)),
          schedule_(schedule),
          chance_(chance),
          roads_(roads),
          ear_(std::move(ear)) {}

    /// Connects the line's sending end; once, after construction.
    void open() {
        line->send = [weak = weak_from_this()](telematics::Bytes bytes) {
            if (const auto self = weak.lock()) self->to_device(std::move(bytes));
        };
    }
    void to_server(telematics::Bytes bytes) {
        on_the_way_ += bytes.size();
        carry(std::move(bytes), up_, [this](const telematics::Bytes& piece) {
            on_the_way_ -= piece.size();
            if (line->over) return;
            line->inbox.insert(line->inbox.end(), piece.begin(), piece.end());
            line->bell->ring();
        });
    }
    /// The device is told within `most`, or hears no more of it at all.
    void server_is_gone(Duration most) {
        line->over = true;
        tell_device(most);
    }
    /// Bytes that were sent to the server, and that it has not taken yet.
    [[nodiscard]] std::size_t unread() const { return on_the_way_ + line->inbox.size(); }

    std::shared_ptr<Line> line;

private:
    void to_device(telematics::Bytes bytes) {
        if (line->over) return;
        carry(std::move(bytes), down_, [this](const telematics::Bytes& piece) {
            if (!device_knows_) ear_.bytes(piece);
        });
    }

    // In one to three pieces that keep their order.
    template <class Arrive>
    void carry(telematics::Bytes bytes, Instant& last, Arrive arrive) {
        if (cut_) return;
        const bool cuts = chance_.uniform() < roads_.cut;
        if (cuts) bytes.resize(chance_.below(bytes.size() + 1));
        for (std::size_t begin = 0; begin < bytes.size();) {
            const auto left = bytes.size() - begin;
            const auto size = chance_.below(4) == 0 ? 1 + chance_.below(left) : left;
            const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(begin);
            telematics::Bytes piece{at, at + static_cast<std::ptrdiff_t>(size)};
            begin += size;
            last = std::max(last, schedule_.now() + some(roads_.slowest));
            schedule_.after(last - schedule_.now(), [self = shared_from_this(), arrive,
                                                     piece = std::move(piece)] { arrive(piece); });
        }
        if (cuts) cut(std::max(last, schedule_.now()));
    }
    void cut(Instant not_before) {
        cut_ = true;
        const bool quiet = chance_.uniform() < roads_.half_open;
        if (!quiet) {
            schedule_.after(not_before - schedule_.now() + some(roads_.slowest),
                            [self = shared_from_this()] { self->line->end(); });
        }
        tell_device(quiet ? Duration{20'000} : Duration{2'000});
    }
    void tell_device(Duration most) {
        schedule_.after(some(most), [self = shared_from_this()] {
            if (std::exchange(self->device_knows_, true)) return;
            self->ear_.lost();
        });
    }
    Duration some(Duration most) {
        return Duration{
            static_cast<std::int64_t>(chance_.below(static_cast<std::uint64_t>(most.count()) + 1))};
    }

    Schedule& schedule_;
    simulators::Chance& chance_;
    const Roads& roads_;
    Ear ear_;
    Instant up_, down_;
    std::size_t on_the_way_ = 0;
    bool cut_ = false;
    bool device_knows_ = false;
};

}  // namespace liuhen::world
