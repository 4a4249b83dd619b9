;;; Emacs with eglot 1.9 in batch: connect, evolve by command, choose a ranked rewrite, undo.  -*- lexical-binding: t -*-

(require 'package)
;; -Q skips site-start.d, which would say where Debian keeps eglot.
(setq package-directory-list '("/usr/share/emacs/site-lisp/elpa"))
(package-initialize)
(require 'eglot)
(require 'cl-lib)

(setq create-lockfiles nil make-backup-files nil
      eglot-sync-connect 10 eglot-connect-timeout 20 eglot-autoshutdown nil
      eglot-confirm-server-initiated-edits nil)

(define-derived-mode prose-mode text-mode "Prose")
(add-to-list 'eglot-server-programs '((prose-mode :language-id "markdown") . ("aw-server" "--stdio")))

(defconst before "So 😀 it goes. ")
(defconst passage
  (concat "Due to the fact that nobody wrote anything down, we often recieved the same questions again and again, "
          "and and the answers was very different each time."))
(defconst after " This sentence stays as it is.")

(defun say (format &rest arguments)
  (princ (concat (apply #'format format arguments) "\n") #'external-debugging-output))

(defun wait (what seconds predicate)
  "Wait until PREDICATE says something and return it."
  (let ((limit (+ (float-time) seconds)) found)
    (while (not (or (setq found (funcall predicate)) (> (float-time) limit)))
      (accept-process-output nil 0.05))
    (or found (error "waited in vain for %s" what))))

(defun check (truth what)
  (unless truth (error "not so: %s" what)))

(defun ask (command argument)
  "What the server answers to COMMAND."
  (jsonrpc-request (eglot-current-server) :workspace/executeCommand
                   (list :command command :arguments (vector argument))))

(defun choose (pattern)
  "Select the passage and choose the first code action whose title matches PATTERN, as a writer would."
  (let ((start (save-excursion (goto-char (point-min)) (search-forward before) (point)))
        (end (save-excursion (goto-char (point-min)) (search-forward after) (match-beginning 0)))
        ;; In batch nothing was pressed, which eglot takes for the mouse.
        (last-nonmenu-event ?x) (use-dialog-box nil) (transient-mark-mode t) (mark-active t))
    (goto-char end)
    (set-mark start)
    (setq mark-active t)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt collection &rest _)
                 (let ((titles (all-completions "" collection)))
                   (or (cl-find-if (lambda (title) (string-match-p pattern title)) titles)
                       (error "no action like %s among %S" pattern titles))))))
      (call-interactively #'eglot-code-actions))))

(defun scenario ()
  (find-file (expand-file-name "draft.md" default-directory))
  (insert "# Notes\n\n" before passage after "\n\nThe end of the notes stands here.\n")
  (save-buffer)
  (prose-mode)
  (buffer-enable-undo)
  (apply #'eglot (eglot--guess-contact))
  (check (eglot-managed-p) "eglot is connected")
  (let ((original (buffer-string)) job best)
    (choose "^Evolve this paragraph") ; an error if the command takes longer than eglot's ten seconds
    (check (equal (buffer-string) original) "nothing is written before a choice")

    (let ((actions
           (wait "ranked rewrites" 60
                 (lambda ()
                   (goto-char (point-min))
                   (search-forward before)
                   (let ((found (append (eglot-code-actions (point) (+ (point) (length passage)) nil nil) nil)))
                     (cl-remove-if-not
                      (lambda (action) (equal (plist-get action :kind) "refactor.rewrite.aw.result"))
                      found))))))
      (check (string-prefix-p "1 · " (plist-get (car actions) :title)) "the first is the best")
      (check (plist-get (car actions) :edit) "it carries its edit, since eglot 1.9 cannot resolve"))

    (undo-boundary)
    (choose "^1 · ")
    (check (not (equal (buffer-string) original)) "the rewrite stands in the text")
    (goto-char (point-min))
    (check (search-forward (concat "\n" before) nil t) "what stands before is unchanged")
    (check (search-forward (concat after "\n\nThe end of the notes stands here.\n") nil t) "what follows, too")
    (undo-boundary)
    (primitive-undo 1 (if (null (car buffer-undo-list)) (cdr buffer-undo-list) buffer-undo-list))
    (check (equal (buffer-string) original) "one undo takes it back")

    ;; Typing in the passage, then: nothing is offered that would go over it.
    (goto-char (point-min))
    (search-forward "Due to")
    (insert " TYPED")
    (dolist (action (append (eglot-code-actions (- (point) 5) (point) nil nil) nil))
      (check (not (plist-get action :edit)) (format "no edit for text that changed: %s" (plist-get action :title)))))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server))
  (say "done"))

(condition-case fault
    (progn (scenario) (kill-emacs 0))
  (error (say "failed: %s" (error-message-string fault))
         (when (get-buffer "*EGLOT (nil/(prose-mode)) stderr*")
           (say "%s" (with-current-buffer "*EGLOT (nil/(prose-mode)) stderr*" (buffer-string))))
         (kill-emacs 1)))
