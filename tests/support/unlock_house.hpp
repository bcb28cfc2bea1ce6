// A valley whose truck is somewhere on its way, and the calls by which it is opened.
#pragma once

#include "tests/support/http_house.hpp"

#include <string>

namespace liuhen::test {

struct Spot {
    double lat{}, lon{};
};
inline constexpr Spot works{28.10, 119.60};  ///< the producer's fence
inline constexpr Spot plant{28.10, 119.70};  ///< the receiver's fence
inline constexpr Spot byway{28.10, 119.65};  ///< neither

class UnlockHouse : public Valley {
public:
    /// The lock is told on a line of its own and opens by its static password; what the truck says
    /// comes from its terminal alone.
    UnlockHouse() {
        database.sql(
            "INSERT INTO terminals (id, number, protocol, auth_code) VALUES"
            " (gen_random_uuid(), '7100001', 'jt701', '');"
            "UPDATE locks SET terminal_id ="
            " (SELECT id FROM terminals WHERE number = '7100001')");
        const auto kept =
            as("operator").post("/v1/locks/" + lock + "/secret", {{"password", "27182818"}});
        if (kept.status != 204) throw std::runtime_error{kept.body};
    }
    void fix(Instant at, double lat, double lon) const {
        Valley::fix(at, lat, lon);
        forget_line();
    }
    void lock_says(Instant at, int action) const {
        Valley::lock_says(at, action);
        forget_line();
    }
    /// A manifest moved on by people until it has the state.
    std::string manifest(const std::string& state) const {
        const std::string id = draft();
        const nlohmann::json nothing = nlohmann::json::object();
        step("producer", id, "submit", nothing);
        step("carrier", id, "carrier_accept", acceptance());
        if (state == "CARRIER_ASSIGNED") return id;
        fix(house.now(), works.lat, works.lon);
        lock_says(house.now(), 0);
        step("producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
        step("driver", id, "load_sign", nothing);
        if (state == "LOADED") return id;
        step("driver", id, "depart", nothing);
        if (state == "IN_TRANSIT") return id;
        step("receiver", id, "arrive", nothing);
        if (state != "ARRIVED") force(id, state);
        return id;
    }
    /// States that no event leads to yet.
    /// Into a state as if it were the first time: before the loading nobody has signed.
    void force(const std::string& id, const std::string& state) const {
        const std::string kept =
            state == "CARRIER_ASSIGNED" ? "document - 'weigh_out'" : "document";
        database.sql("UPDATE manifests SET state = '" + state + "', document = jsonb_set(" + kept +
                     ", '{state}', '\"" + state + "\"') WHERE id = '" + id + "'");
    }
    /// No password of the lock is on record.
    void forget_passwords() const { database.sql("DELETE FROM lock_secrets"); }
    /// The truck's newest fix, and no other.
    void truck_at(Spot spot, std::chrono::seconds ago = std::chrono::seconds{30}) const {
        database.sql("DELETE FROM observations WHERE kind = 1");
        fix(house.now() - ago, spot.lat, spot.lon);
    }
    [[nodiscard]] WebReply unlock(const std::string& role,
                                  const nlohmann::json& body = nlohmann::json::object()) const {
        return as(role).post("/v1/locks/" + lock + "/unlock", body);
    }
    [[nodiscard]] WebReply password(const std::string& role) const {
        return as(role).post("/v1/locks/" + lock + "/one-time-password", nlohmann::json::object());
    }
    [[nodiscard]] std::string verdict(const std::string& role) const {
        const auto reply = unlock(role);
        const auto body = reply.json();
        return reply.status == 202 ? body.at("rule").get<std::string>()
                                   : body.at("code").get<std::string>();
    }
    [[nodiscard]] WebReply inspect(const std::string& role) const {
        return as(role).post(
            "/v1/vehicles/" + vehicle + "/inspections",
            {{"officers", {"Chen Bo", "Lu Min"}}, {"reason", "tip-off about dumping"}});
    }
    [[nodiscard]] std::vector<nlohmann::json> chain(const std::string& role,
                                                    const std::string& id) const {
        const auto reply = as(role).get("/v1/manifests/" + id + "/custody");
        if (reply.status != 200) throw std::runtime_error{reply.body};
        return reply.json().at("entries");
    }

private:
    void forget_line() const {
        database.sql(
            "DELETE FROM observations o USING terminals t"
            " WHERE t.key = o.terminal_key AND t.number = '7100001'");
    }
    void step(const std::string& role, const std::string& id, const std::string& event,
              const nlohmann::json& body) const {
        const auto reply = act(role, id, event, body);
        if (reply.status != 200) throw std::runtime_error{event + ": " + reply.body};
    }
};

}  // namespace liuhen::test
