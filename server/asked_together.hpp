// Questions to the database that wait at the same time are asked together: in one transaction of a
// few statements, however many they are.
#pragma once

#include "server/database.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>

#include <cassert>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace liuhen::server {

/// A line of questions before the database. Nobody lingers: while one group is asked the next
/// gathers. Thread-safe; outlives everybody who asks.
template <class Question, class Answer>
class AskedTogether {
public:
    using Questions = std::vector<Question>;
    using Answers = std::vector<Answer>;
    /// As many answers as questions, in their order. Runs as Database::transact has work run, and
    /// possibly more than once.
    using Ask = std::function<Answers(pqxx::work&, const Questions&)>;

    /// At most `together` questions a transaction.
    AskedTogether(Database& database, std::size_t together, Ask ask)
        : database_(database), together_(together), ask_(std::move(ask)) {}

    /// What the question comes to; resumes on the caller's executor. Throws what the database, or
    /// `Ask` for this question alone, throws.
    awaitable<Answer> ask(Question question) {
        auto initiate = [this](auto handler, Question asked) {
            auto executor = asio::get_associated_executor(handler);
            add({std::move(asked), Handler{std::move(handler)}, std::move(executor)});
        };
        return asio::async_initiate<const asio::use_awaitable_t<>,
                                    void(std::exception_ptr, Answer)>(
            std::move(initiate), asio::use_awaitable, std::move(question));
    }

    /// Transactions begun so far.
    [[nodiscard]] std::size_t transactions() const {
        const std::lock_guard lock{mutex_};
        return transactions_;
    }

    /// Groups that are asked at the same time.
    static constexpr int lanes = 2;

private:
    using Handler = asio::any_completion_handler<void(std::exception_ptr, Answer)>;
    struct Waiting {
        Question question;
        Handler done;
        asio::any_io_executor executor;  ///< where the one who asked goes on
    };
    using Group = std::vector<Waiting>;
    struct Outcome {
        Answers answers;
        std::exception_ptr fault;
        bool is_down = false;  ///< the fault is the database's, whatever was asked
    };

    void add(Waiting one) {
        auto executor = one.executor;
        {
            const std::lock_guard lock{mutex_};
            waiting_.push_back(std::move(one));
            if (busy_ == lanes) return;
            ++busy_;
        }
        spawn("asked together", executor, serve());
    }

    // Empty: nobody waits, and this lane is over.
    Group take() {
        const std::lock_guard lock{mutex_};
        Group group;
        while (!waiting_.empty() && group.size() < together_) {
            group.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
        if (group.empty()) --busy_;
        return group;
    }

    awaitable<void> serve() {
        for (auto group = take(); !group.empty();) {
            auto questions = std::make_shared<Questions>();
            for (const auto& one : group) questions->push_back(one.question);
            auto asking = try_to_ask(questions);
            auto outcome = co_await std::move(asking);
            if (outcome.fault && !outcome.is_down && group.size() > 1) {
                auto parting = serve_each(group);
                co_await std::move(parting);
            } else {
                for (std::size_t i = 0; i < group.size(); ++i) give(group[i], outcome, i);
            }
            Group next = take();
            group.swap(next);
        }
    }

    // One of them cannot be answered: the others are.
    awaitable<void> serve_each(Group& group) {
        for (auto& one : group) {
            auto alone = std::make_shared<Questions>(1, one.question);
            auto asking = try_to_ask(alone);
            auto outcome = co_await std::move(asking);
            give(one, outcome, 0);
        }
    }

    awaitable<Outcome> try_to_ask(std::shared_ptr<const Questions> questions) {
        {
            const std::lock_guard lock{mutex_};
            ++transactions_;
        }
        Outcome outcome;
        try {
            auto work = [this, questions](pqxx::work& db) { return ask_(db, *questions); };
            auto asking = database_.transact(std::move(work));
            outcome.answers = co_await std::move(asking);
            assert(outcome.answers.size() == questions->size());
        } catch (const DatabaseDown&) {
            outcome.fault = std::current_exception();
            outcome.is_down = true;
        } catch (...) {
            outcome.fault = std::current_exception();
        }
        co_return outcome;
    }

    static void give(Waiting& one, Outcome& outcome, std::size_t place) {
        Answer answer{};
        if (!outcome.fault) answer = std::move(outcome.answers[place]);
        asio::post(one.executor, [done = std::move(one.done), fault = outcome.fault,
                                  answer = std::move(answer)]() mutable {
            std::move(done)(fault, std::move(answer));
        });
    }

    Database& database_;
    std::size_t together_;
    Ask ask_;
    mutable std::mutex mutex_;  // guards what follows
    std::deque<Waiting> waiting_;
    int busy_ = 0;
    std::size_t transactions_ = 0;
};

}  // namespace liuhen::server
