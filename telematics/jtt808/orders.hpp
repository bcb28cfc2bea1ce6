// The orders that one terminal has been given and has not answered yet, by serial and by kind.
#pragma once

#include "telematics/jtt808/order_table.hpp"
#include "telematics/outstanding.hpp"
#include "telematics/profile.hpp"

#include <list>
#include <string>

namespace liuhen::telematics::jtt808 {

/// An order that opens something is said once: who shut it meanwhile would find it open.
enum class Saying : std::uint8_t { repeated, once };

/// Says orders in the form of the terminal, repeats them by the rule of the standard, and knows
/// which answer ends which. Each order ends once.
class Orders {
public:
    static constexpr std::size_t most_open = 32;  ///< more are `busy`
    /// Of one order, and of those kept for a terminal that asks for parts again (0x0005).
    static constexpr std::size_t most_bytes = 512 * 1024;

    explicit Orders(RetryPlan plan = {}) : open_(plan) {}

    /// The terminal and how it speaks: header of an answer with the next free serial.
    struct Addressee {
        Header head;
        Layout form = Layout::v2013;
        const Dialect* dialect = nullptr;  ///< of its profile
    };
    /// A saying: its bytes and how many serials they took.
    struct Said {
        Bytes bytes;
        std::uint16_t serials{};
    };
    /// Says a message of the catalogue.
    Result<Said, Untold> tell(const std::string& order, Message message, const Addressee& to,
                              Uptime now);
    /// Says what a model of lock understands (lock_orders.hpp): a message of the catalogue or the
    /// maker's own, which 0x0001 answers.
    Result<Said, Untold> tell_lock(const std::string& order, Message message, Saying saying,
                                   const Addressee& to, Uptime now);

    /// Whether saying it would be `busy` until another order is over.
    [[nodiscard]] bool must_wait(const Message& message) const;

    /// The terminal took this order on an earlier line, under the serial in `to`; its specific
    /// answer is awaited from now on as if it had been taken here. Nothing is said. An order whose
    /// answer carries no serial, or which is not of this form, is passed over.
    void resume(const std::string& order, Message message, const Addressee& to, Uptime now);

    /// What a message of the terminal says about its orders: at most one answer. An answer that
    /// goes in several messages ends its order with the last of them.
    std::vector<OrderAnswer> hear(const Message& message);
    /// The parts that a terminal asks for again; empty when they are not here any more.
    [[nodiscard]] Bytes parts_again(const TerminalMissingParts& wanted) const;

    /// As Outstanding::silence.
    void silence(std::string_view order) { open_.silence(order); }

    /// Repetitions and time-outs.
    Turn tick(Uptime now);
    [[nodiscard]] std::optional<Uptime> due() const { return open_.due(); }
    [[nodiscard]] std::size_t size() const { return open_.size(); }

private:
    // One order, beside what Outstanding knows of it.
    struct Told {
        std::string order;
        const OrderRow* row;
        bool answered_specifically;  // one of the row's answers ends it, not 0x0001
        std::uint16_t serial{};      // of its first part
        std::uint16_t parts = 1;
        std::optional<std::uint8_t> mark;
        std::optional<Doors> doors;
        bool first_part_taken = false;        // and no other
        std::size_t heard = 0;                // of an answer in several messages, so far
        std::vector<std::uint64_t> pieces{};  // hashes of those messages: one may be repeated
    };
    struct Long {
        Header head;
        Bytes body;
    };

    [[nodiscard]] bool must_wait(const OrderRow& row) const;
    Result<Said, Untold> say(const std::string& order, const OrderRow& row, Message message,
                             Saying saying, const Addressee& to, Uptime now);
    Told* find(std::uint16_t command, std::uint16_t serial);
    Told* find_answered_by(const Message& answer);
    std::vector<OrderAnswer> taken(Told& told, std::uint16_t serial);
    std::vector<OrderAnswer> acknowledged(Told& told, std::uint16_t message);
    std::vector<OrderAnswer> hear_piece(Told& told, const Message& message, Share share);
    [[nodiscard]] std::optional<std::uint16_t> serial_of_upload() const;
    OrderAnswer over(Told& told, OrderState state, std::uint16_t message, std::string detail);
    void forget(std::string_view order);
    void keep_parts(const Header& head, Bytes body);

    Outstanding open_;
    std::list<Told> told_;
    std::list<Long> long_;  // oldest first
    std::size_t long_bytes_ = 0;
    Uptime clock_{};  // of the last saying or tick
};

}  // namespace liuhen::telematics::jtt808
