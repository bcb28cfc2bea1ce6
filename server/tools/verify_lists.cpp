#include "server/tools/verify_lists.hpp"

#include "server/store/anchors.hpp"
#include "server/store/digest_text.hpp"

#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::verify {
namespace {

using history::AnchorList;
using history::Head;
using history::SignedList;

class Lists {
public:
    Lists(pqxx::transaction_base& db, const Range& range, const Trust& trust, Report& report)
        : db_(db), range_(range), trust_(trust), report_(report) {
        newest_ = store::newest_list(db_);
    }

    void check_folder(Progress& progress) {
        history::AnchorReader reader{trust_.folder};
        while (const auto line = reader.next()) {
            if (line->list)
                check_kept(line->where, *line->list);
            else
                find(Fault::list_changed, next_, line->where + " is no list");
            progress.at(report_);
        }
        if (next_ <= newest_)
            report_.notes.push_back("the folder lacks the newest lists from number " +
                                    std::to_string(next_) +
                                    " on; they were checked as the database has them");
    }

    // What only the database has: all of it, or what the folder lacks at its end.
    void check_database(Progress& progress) {
        for (; next_ <= newest_; progress.at(report_)) {
            const auto list = store::find_list(db_, next_);
            if (!list) {
                find(Fault::list_missing, next_, "the database has no list of this number");
                ++next_;
                gap_ = true;
                continue;
            }
            check(*list, next_);
        }
    }

    void check_rest() {
        check_not_listed();
        check_pending();
        if (range_.everything() && last_) check_totals();
    }

private:
    void find(Fault fault, std::uint64_t list, std::string detail) {
        report_.add({fault, "", 0, list, "", std::move(detail)});
    }

    // A list of the folder, which the database must have word for word.
    void check_kept(const std::string& where, const SignedList& list) {
        const auto said = history::read_list(list.text);
        if (!said) {
            find(Fault::list_changed, next_, where + " holds no text of a list");
            gap_ = true;
            return;
        }
        for (; next_ < said->number; ++next_, gap_ = true)
            find(Fault::list_missing, next_, "the folder has no list of this number");
        if (said->number <= newest_)
            compare(list, said->number);
        else if (trust_.text_now(said->number) == list.text)
            return;  // written since the snapshot that is under check
        else
            find(Fault::list_missing, said->number, "the folder has it, the database does not");
        check(list, said->number);
    }

    void compare(const SignedList& kept, std::uint64_t number) {
        const auto stored = store::find_list(db_, number);
        if (!stored)
            find(Fault::list_missing, number, "the folder has it, the database does not");
        else if (stored->text != kept.text || stored->heads != kept.heads)
            find(Fault::list_changed, number, "the database has another than the folder");
    }

    void check(const SignedList& list, std::uint64_t number) {
        ++report_.lists;
        next_ = number + 1;
        const auto said = history::read_list(list.text);
        if (!said || said->number != number || said->heads != list.heads.size() ||
            said->root != history::root_of_heads(list.heads)) {
            find(Fault::list_changed, number, "its text or its heads are not what was signed");
            gap_ = true;
        } else {
            check_signed(*said, list);
            if (!gap_ && said->previous != digests_)
                find(Fault::list_unlinked, number, "it does not follow the list before it");
            gap_ = false;
            last_ = said;
        }
        digests_ = history::digests_of({list.text});
        check_heads(list.heads, number);
    }

    void check_signed(const AnchorList& said, const SignedList& list) {
        const auto key =
            std::find_if(trust_.keys.begin(), trust_.keys.end(),
                         [&said](const auto& one) { return one.keys().id == said.key_id; });
        if (key == trust_.keys.end())
            return find(Fault::list_forged, said.number,
                        "it is signed with key " + said.key_id + ", which is not trusted");
        const auto verdict = key->check(list.text, list.signatures);
        if (verdict == history::Verdict::ed25519_wrong)
            find(Fault::list_forged, said.number, "its Ed25519 signature is wrong");
        if (verdict == history::Verdict::sm2_wrong)
            find(Fault::list_forged, said.number, "its SM2 signature is wrong");
    }

    void check_heads(const std::vector<Head>& heads, std::uint64_t number) {
        std::vector<const Head*> wanted;
        std::string ids = "{", versions = "{";
        for (const Head& head : heads) {
            if (!range_.contains(head.manifest)) continue;
            ids += (wanted.empty() ? "" : ",") + head.manifest;
            versions += (wanted.empty() ? "" : ",") + std::to_string(head.version);
            wanted.push_back(&head);
        }
        if (wanted.empty()) return;
        const auto rows = db_.exec_params(
            "SELECT encode(e.sha256, 'hex'), encode(e.sm3, 'hex'), m.id FROM"
            " unnest($1::uuid[], $2::int[]) WITH ORDINALITY AS h(id, version, place)"
            " LEFT JOIN manifest_events e ON e.manifest_id = h.id AND e.version = h.version"
            " LEFT JOIN manifests m ON m.id = h.id ORDER BY h.place",
            ids + "}", versions + "}");
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const Head& head = *wanted[i];
            const auto row = rows[static_cast<pqxx::result::size_type>(i)];
            if (row[2].is_null())
                tell(Fault::manifest_missing, head, number, "it was listed and is gone");
            else if (row[0].is_null())
                tell(Fault::head_missing, head, number, "the record was listed and is gone");
            else if (store::read_digests(row[0], row[1]) != head.digests)
                tell(Fault::head_changed, head, number, "the record was listed with other digests");
        }
    }

    void tell(Fault fault, const Head& head, std::uint64_t list, std::string detail) {
        report_.add({fault, head.manifest, head.version, list, "", std::move(detail)});
    }

    void check_not_listed() {
        if (!last_) return;
        const auto rows = db_.exec_params(
            "SELECT id, version FROM manifests m WHERE id >= $1::uuid"
            " AND ($2 = '' OR id < NULLIF($2, '')::uuid)"
            " AND ($3 = '' OR id = NULLIF($3, '')::uuid) AND NOT EXISTS (SELECT 1 FROM"
            " history_heads h WHERE h.manifest_id = m.id AND h.version = m.version)"
            " AND NOT EXISTS (SELECT 1 FROM history_pending p WHERE p.manifest_id = m.id"
            " AND p.version = m.version) ORDER BY id LIMIT 1000",
            range_.from, range_.until, range_.only);
        for (const auto& row : rows)
            report_.add({Fault::not_listed, row[0].c_str(), row[1].as<std::uint32_t>(), 0, "",
                         "the newest record is in no list and does not wait for one"});
    }

    void check_pending() {
        const auto rows = db_.exec_params(
            "SELECT p.manifest_id, p.version FROM history_pending p LEFT JOIN manifest_events e"
            " ON e.manifest_id = p.manifest_id AND e.version = p.version WHERE"
            " p.manifest_id >= $1::uuid AND ($2 = '' OR p.manifest_id < NULLIF($2, '')::uuid)"
            " AND ($3 = '' OR p.manifest_id = NULLIF($3, '')::uuid)"
            " AND (e.sha256, e.sm3) IS DISTINCT FROM (p.sha256, p.sm3) LIMIT 1000",
            range_.from, range_.until, range_.only);
        for (const auto& row : rows)
            report_.add({Fault::pending_wrong, row[0].c_str(), row[1].as<std::uint32_t>(), 0, "",
                         "the record that waits for a list is gone or another"});
    }

    void check_totals() {
        const auto waiting =
            db_.exec1("SELECT count(*), count(*) FILTER (WHERE version = 1) FROM history_pending");
        const auto records = last_->records + waiting[0].as<std::uint64_t>();
        const auto manifests = last_->manifests + waiting[1].as<std::uint64_t>();
        if (records == report_.records && manifests == report_.manifests) return;
        find(Fault::totals_wrong, last_->number,
             "listed and waiting are " + std::to_string(manifests) + " manifests and " +
                 std::to_string(records) + " records, stored are " +
                 std::to_string(report_.manifests) + " and " + std::to_string(report_.records));
    }

    pqxx::transaction_base& db_;
    const Range& range_;
    const Trust& trust_;
    Report& report_;
    std::uint64_t newest_ = 0;  ///< of the database
    std::uint64_t next_ = 1;
    bool gap_ = false;  ///< the list before is not known: no link to check
    std::optional<AnchorList> last_;
    history::Digests digests_ = history::before_the_first;
};

}  // namespace

void check_lists(pqxx::transaction_base& db, const Range& range, const Trust& trust, Report& report,
                 Progress& progress) {
    Lists lists{db, range, trust, report};
    if (!trust.folder.empty()) lists.check_folder(progress);
    lists.check_database(progress);
    lists.check_rest();
}

}  // namespace liuhen::server::verify
